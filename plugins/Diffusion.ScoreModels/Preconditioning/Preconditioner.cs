using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>
/// How a network F sees a noisy point and what its output stands for: F(c_in x_t, c_noise) = a D + b ε̂ with a and b from the level.
/// </summary>
/// <remarks>
/// With x_t = α D + σ ε̂ this is Karras et al.'s D = c_skip x + c_out F (equation 7), carried from α = 1 to any Gaussian path:
/// <code>
/// c_skip = −b/(a σ − b α)        c_out = σ/(a σ − b α)
/// </code>
/// c_in x_t, c_noise and F depend on x_t/α and σ/α alone, so that a network trained under one schedule serves all others. Where a or b is 0
/// the network predicts noise or data itself, also at the end of the path where the other one is out of its reach.
/// </remarks>
public abstract class Preconditioner
{
    /// <summary>c_in, the scale of the network's input, as a factor of x_t.</summary>
    public abstract double Input(NoiseLevel level);

    /// <summary>c_noise, the number by which the network knows the noise.</summary>
    /// <param name="noiseToSignal">σ/α, positive and finite.</param>
    public abstract double Label(double noiseToSignal);

    /// <summary>a and b: what the network's output stands for, as a combination of D and ε̂.</summary>
    public abstract (double OfData, double OfNoise) Output(NoiseLevel level);

    /// <summary>c_skip, the share of x_t in D.</summary>
    public double Skip(NoiseLevel level) => InData(level).OfState;

    /// <summary>c_out, the factor of the network's output in D.</summary>
    public double Scale(NoiseLevel level) => InData(level).OfOutput;

    /// <summary>The prediction behind a network's output, in the form in which no digits cancel.</summary>
    /// <param name="output">F, shape (B, …).</param>
    /// <param name="x">x_t, shape (B, …).</param>
    /// <param name="levels">The levels of the batch.</param>
    public Prediction Read(Tensor output, Tensor x, NoiseLevels levels)
    {
        (double ofData, double ofNoise) = Output(levels[0]);
        if (ofData == 0)
            return new(PredictionKind.Noise, Rescaled(output, levels, l => Output(l).OfNoise), x, levels);
        if (ofNoise == 0)
            return new(PredictionKind.Data, Rescaled(output, levels, l => Output(l).OfData), x, levels);
        if (!levels.IsUniform)
            return new(PredictionKind.V, levels.Combine(InV, x, output), x, levels);

        return levels[0].Sigma < levels[0].Alpha
            ? new(PredictionKind.Noise, levels.Combine(InNoise, x, output), x, levels)
            : new(PredictionKind.Data, levels.Combine(InData, x, output), x, levels);
    }

    /// <summary>What the network's output should have been: the other way, from a prediction to F. Shape of the state.</summary>
    public Tensor Target(Prediction prediction) => prediction.Combine(_ => 0, l => Output(l).OfData, l => Output(l).OfNoise);

    // D, ε̂ and v as combinations of x_t and F.
    private (double OfState, double OfOutput) InData(NoiseLevel level)
    {
        (double ofData, double ofNoise) = Output(level);
        double determinant = Determinant(level, ofData, ofNoise);
        return (-ofNoise / determinant, level.Sigma / determinant);
    }

    private (double OfState, double OfOutput) InNoise(NoiseLevel level)
    {
        (double ofData, double ofNoise) = Output(level);
        double determinant = Determinant(level, ofData, ofNoise);
        return (ofData / determinant, -level.Alpha / determinant);
    }

    private (double OfState, double OfOutput) InV(NoiseLevel level)
    {
        (double ofData, double ofNoise) = Output(level);
        double determinant = Determinant(level, ofData, ofNoise);
        return (((level.Alpha * ofData) + (level.Sigma * ofNoise)) / determinant, -SquaredNorm(level) / determinant);
    }

    private static double Determinant(NoiseLevel level, double ofData, double ofNoise) => (ofData * level.Sigma) - (ofNoise * level.Alpha);

    private static Tensor Rescaled(Tensor output, NoiseLevels levels, Func<NoiseLevel, double> factor) =>
        levels.IsUniform && factor(levels[0]) == 1 ? output : levels.Scale(l => 1 / factor(l), output);

    private static double SquaredNorm(NoiseLevel level) => (level.Alpha * level.Alpha) + (level.Sigma * level.Sigma);
}
