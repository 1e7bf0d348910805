using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The noise levels of a batch: one for all of it (sampling) or one per sample (training, per-sample step control).
/// </summary>
/// <remarks>
/// Coefficients are computed in float64 from each level and only then become numbers of the tensor's own type, so that a batch of one
/// level and a batch of B equal levels give the same result.
/// </remarks>
public sealed class NoiseLevels
{
    private readonly NoiseLevel[] _levels;

    private NoiseLevels(NoiseLevel[] levels, bool isUniform)
    {
        _levels = levels;
        IsUniform = isUniform;
    }

    /// <summary>How many levels are held: 1, or the batch size B.</summary>
    public int Count => _levels.Length;

    /// <summary>
    /// Whether one level stands for the whole batch. A batch of one sample with its own level is not uniform: it takes the same path of
    /// computation, hence gives the same bits, as that sample in a larger batch.
    /// </summary>
    public bool IsUniform { get; }

    /// <summary>The level of sample <paramref name="sample"/>.</summary>
    public NoiseLevel this[int sample] => _levels[IsUniform ? 0 : sample];

    /// <summary>One level for the whole batch.</summary>
    public static implicit operator NoiseLevels(NoiseLevel level) => FromNoiseLevel(level);

    /// <inheritdoc cref="op_Implicit(NoiseLevel)"/>
    public static NoiseLevels FromNoiseLevel(NoiseLevel level) => new([level], isUniform: true);

    /// <summary>One level per sample of the batch, in the batch's order.</summary>
    /// <exception cref="ArgumentException">No level is given.</exception>
    public static NoiseLevels PerSample(ReadOnlySpan<NoiseLevel> levels) =>
        levels.IsEmpty ? throw new ArgumentException("A batch has at least one level.", nameof(levels)) : new(levels.ToArray(), isUniform: false);

    /// <summary>A level from every pair of levels, of this batch and of <paramref name="others"/>, which are as many.</summary>
    public NoiseLevels Zip(NoiseLevels others, Func<NoiseLevel, NoiseLevel, NoiseLevel> level) =>
        new([.. _levels.Zip(others._levels, level)], IsUniform);

    /// <summary>The levels of some samples of the batch, in the order asked for.</summary>
    public NoiseLevels ForSamples(IEnumerable<int> samples) => IsUniform ? this : new([.. samples.Select(sample => _levels[sample])], isUniform: false);

    /// <summary>
    /// The coefficient of every level as a tensor of <paramref name="like"/>'s type and device that broadcasts over it:
    /// shape (B, 1, …, 1), or (1, 1, …, 1) when one level stands for all.
    /// </summary>
    public Tensor Coefficients(Func<NoiseLevel, double> coefficient, Tensor like) => ToTensor(Values(coefficient), like);

    /// <summary>c·x with one coefficient a level, as a fresh tensor. Shape as <paramref name="x"/>, (B, …).</summary>
    public Tensor Scale(Func<NoiseLevel, double> coefficient, Tensor x)
    {
        if (IsUniform)
            return HostArithmetic.Serves(x) ? HostArithmetic.Scale(coefficient(_levels[0]), x) : x * coefficient(_levels[0]);

        return Scale(Values(coefficient), x);
    }

    /// <summary>a·x + b·y with coefficients a and b from each level, as a fresh tensor. Shape as <paramref name="x"/>, (B, …).</summary>
    public Tensor Combine(Func<NoiseLevel, double> a, Tensor x, Func<NoiseLevel, double> b, Tensor y) => Combine(l => (a(l), b(l)), x, y);

    /// <summary>a·x + b·y with both coefficients from one look at each level, as a fresh tensor. Shape as <paramref name="x"/>, (B, …).</summary>
    public Tensor Combine(Func<NoiseLevel, (double OfX, double OfY)> coefficients, Tensor x, Tensor y)
    {
        bool isHere = HostArithmetic.Serves(x, y);
        if (!IsUniform)
        {
            (double[] a, double[] b) = Values(coefficients);
            return isHere && FitsRows(x) ? HostArithmetic.Combine(a, x, b, y) : Scale(a, x).add_(Scale(b, y));
        }

        (double scaleOfX, double scaleOfY) = coefficients(_levels[0]);

        // Nothing of a tensor is nothing, also where it is not finite.
        return (scaleOfX, scaleOfY) switch
        {
            (0, _) => isHere ? HostArithmetic.Scale(scaleOfY, y) : y * scaleOfY,
            (_, 0) => isHere ? HostArithmetic.Scale(scaleOfX, x) : x * scaleOfX,
            (_, 1) when scaleOfX != 1 => isHere ? HostArithmetic.Combine(1, y, scaleOfX, x) : y.add(x, alpha: scaleOfX),
            _ when isHere => HostArithmetic.Combine(scaleOfX, x, scaleOfY, y),
            (1, _) => x.add(y, alpha: scaleOfY),
            _ => (x * scaleOfX).add_(y, alpha: scaleOfY),
        };
    }

    private static Tensor ToTensor(double[] coefficients, Tensor like)
    {
        long[] shape = new long[like.dim()];
        Array.Fill(shape, 1);
        shape[0] = coefficients.Length;
        return HostNumbers.ToTensor(coefficients, shape, like);
    }

    private Tensor Scale(double[] coefficients, Tensor x) =>
        HostArithmetic.Serves(x) && FitsRows(x) ? HostArithmetic.Scale(coefficients, x) : x * ToTensor(coefficients, x);

    private (double[] OfX, double[] OfY) Values(Func<NoiseLevel, (double OfX, double OfY)> coefficients)
    {
        double[] ofX = new double[_levels.Length];
        double[] ofY = new double[_levels.Length];
        for (int i = 0; i < ofX.Length; i++)
            (ofX[i], ofY[i]) = coefficients(_levels[i]);
        return (ofX, ofY);
    }

    private double[] Values(Func<NoiseLevel, double> coefficient)
    {
        double[] values = new double[_levels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = coefficient(_levels[i]);
        return values;
    }

    private bool FitsRows(Tensor x) => x.dim() > 0 && x.size(0) == _levels.Length;
}
