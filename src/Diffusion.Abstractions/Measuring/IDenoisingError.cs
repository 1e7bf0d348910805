namespace Diffusion;

/// <summary>
/// Noisy data of a law that is known, with the model's denoised estimate and the exact one at each: all that the errors of a model at a noise level are made
/// of.
/// </summary>
/// <remarks>
/// With D the model's estimate of x_0 and D* = E[x_0 | x_t], the errors of every form of prediction are multiples of D − D*: that of the score is
/// α (D − D*)/σ², that of the noise −α (D − D*)/σ (Tweedie's formula).
/// </remarks>
public interface IDenoisingError
{
    /// <summary>The process.</summary>
    NoiseSchedule Schedule { get; }

    /// <summary>Draws x_t = α x_0 + σ ε with x_0 from the law of the data, and evaluates both estimates there.</summary>
    /// <param name="levels">One level for all rows, or one a row; σ > 0.</param>
    /// <param name="count">How many rows N.</param>
    /// <param name="stream">
    /// Which draw, from 0: the same stream gives the same x_0 and ε, whatever the model and the levels; different streams are independent.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    DenoisedRows Draw(NoiseLevels levels, int count, long stream);
}
