namespace Diffusion;

/// <summary>The law of a sampler's output: of its start, its grid, its solver and its model together, without a sample being drawn.</summary>
public interface ISamplerLaw
{
    /// <summary>Compares the law with that of the data.</summary>
    /// <param name="settings">How finely.</param>
    /// <exception cref="ArgumentException">The law cannot be computed; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    SamplerLawValues Compare(SamplerLawSettings settings);
}
