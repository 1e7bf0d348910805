using Diffusion.Core.Contracts;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Errors;

/// <summary>The denoised estimates of a model beside the exact ones of a mixture or of rows.</summary>
public sealed class DenoisingError : IDenoisingError
{
    // Draws of one key do not overlap.
    private const int SamplesOfStream = 1 << 26;
    private const int BatchSize = 1024;

    // A noise scale that equals an end of the schedule may come back from its inverse with its last digits changed.
    private const double Rounding = 1e-9;

    private IKnownLaw? _law;

    /// <summary>The model.</summary>
    public required IDenoiser Denoiser { get; init; }

    /// <inheritdoc/>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>What the data are; their mixture is the law where there is one.</summary>
    public required DataDescription Data { get; init; }

    /// <summary>Rows that are the law themselves, float64, shape (M, …); null where they are not.</summary>
    public Tensor? Population { get; init; }

    /// <summary>What the noisy data derive from.</summary>
    public required NoiseKey Noise { get; init; }

    /// <summary>The type in which the model is evaluated; everything else is float64.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float64;

    /// <summary>Where the model is evaluated; everything else is on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Stops a draw.</summary>
    public CancellationToken Cancellation { get; init; }

    private long Dimension => Data.Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Why the exact estimates are not known, as a clause to follow what asks for them; null where they are.</summary>
    /// <param name="data">What the data are.</param>
    /// <param name="arePopulation">Whether their rows are the law itself.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="noiseScales">The noise levels σ/α.</param>
    public static string? Objection(DataDescription data, bool arePopulation, NoiseSchedule schedule, IReadOnlyList<double> noiseScales)
    {
        if (data.Mixture is null && !arePopulation)
            return "needs data whose exact score is known, a Gaussian mixture or rows that are themselves the distribution, "
                + $"and that of the data '{data.Name}' is not";
        (double least, double most) = (schedule.At(schedule.MinimumTime).NoiseToSignal, schedule.At(schedule.Horizon).NoiseToSignal);
        foreach (double scale in noiseScales)
        {
            if (scale < least * (1 - Rounding) || scale > most * (1 + Rounding))
                return FormattableString.Invariant($"has no noise level {scale:R} (σ/α) here: those of the schedule go from {least:g4} to {most:g4}");
        }

        return null;
    }

    /// <inheritdoc/>
    public DenoisedRows Draw(NoiseLevels levels, int count, long stream)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SamplesOfStream);
        _law ??= Data.Mixture is { } mixture ? new KnownMixture(mixture)
            : Population is { } rows ? new KnownRows(rows)
            : throw new ArgumentException($"The exact score of the data '{Data.Name}' is not known.");
        using IDisposable withoutGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor like = empty([count, Dimension], dtype: ScalarType.Float64);
        Tensor clean = _law.Draw(Noise, stream * SamplesOfStream, stream, like);
        Tensor normal = new PhiloxNoiseSource(Noise, stream * SamplesOfStream, 1).Independent(0, like);
        // What the model sees, so that rounding the state is no error of the model.
        Tensor noisy = levels.Combine(level => level.Alpha, clean, level => level.Sigma, normal).to(Dtype).to(ScalarType.Float64);
        IDenoiser model = CastingDenoiser.Around(Denoiser, Dtype, Device);
        List<Tensor> estimates = [], exact = [], densities = [];
        for (int first = 0; first < count; first += BatchSize)
        {
            Cancellation.ThrowIfCancellationRequested();
            using DisposeScope batch = NewDisposeScope();
            int size = Math.Min(BatchSize, count - first);
            Tensor x = noisy.narrow(0, first, size);
            NoiseLevels own = levels.ForSamples(Enumerable.Range(first, size));
            estimates.Add(batch.MoveToOuter(Returned.Predict(model, x.reshape([size, .. Data.Shape]), own).X0.to(ScalarType.Float64).reshape(size, -1)));
            (Tensor denoised, Tensor logDensity) = _law.Posterior(x, own);
            exact.Add(batch.MoveToOuter(denoised));
            densities.Add(batch.MoveToOuter(logDensity));
        }

        return new(Shaped(clean), Shaped(noisy), Shaped(cat(estimates, 0)), Shaped(cat(exact, 0)), scope.MoveToOuter(cat(densities, 0)));

        Tensor Shaped(Tensor flat) => scope.MoveToOuter(flat.reshape([count, .. Data.Shape]));
    }
}
