using System.Collections.Concurrent;
using Diffusion;
using Microsoft.Extensions.Logging;

using static TorchSharp.torch;

namespace ThirdParty.Plugin;

/// <summary>The spread of reference data, computed once in a process however many cells ask for it.</summary>
public sealed class ReferenceSpreads(SpreadSettings settings, ILogger<ReferenceSpreads> logger)
{
    private readonly ConcurrentDictionary<string, Lazy<double>> _known = new();

    /// <summary>The standard deviation over all rows and dimensions.</summary>
    public double Spread(DataDescription data, Tensor reference) => _known.GetOrAdd(data.Digest, _ => new(() =>
    {
        double spread = reference.std().item<double>();
        logger.LogInformation("The reference spreads by {Spread} {Unit}", spread, settings.Unit);
        return spread;
    })).Value;
}
