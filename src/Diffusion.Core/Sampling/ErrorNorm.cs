using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>Sizes of tensors in units of what a <see cref="StepControl"/> allows.</summary>
internal static class ErrorNorm
{
    /// <summary>The allowed error of every number, from the states it is compared with. Shape of <paramref name="state"/>.</summary>
    public static Tensor Scale(StepControl control, Tensor state, Tensor other)
    {
        Tensor magnitude = maximum(state.abs(), other.abs()).mul_(control.RelativeTolerance);
        return control.Scale == ErrorScale.Sum
            ? magnitude.add_(control.AbsoluteTolerance)
            : magnitude.clamp(min: control.AbsoluteTolerance);
    }

    /// <summary>
    /// The root mean square of <paramref name="value"/>/<paramref name="scale"/>: of every row, or one number where the batch is coupled.
    /// </summary>
    public static double[] Norms(StepControl control, Tensor value, Tensor scale)
    {
        // Summed here rather than by the tensor library, whose order of summation depends on the number of rows.
        Tensor scaled = (value / scale).to(ScalarType.Float64).cpu().contiguous();
        ReadOnlySpan<double> numbers = MemoryMarshal.Cast<byte, double>(scaled.bytes);
        int rows = (int)scaled.shape[0];
        int width = numbers.Length / rows;
        if (control.Coupling == StepCoupling.Batch && control.BatchNorm == BatchNorm.RootMeanSquare)
            return [RootMeanSquare(numbers)];

        double[] norms = new double[rows];
        for (int row = 0; row < rows; row++)
            norms[row] = RootMeanSquare(numbers.Slice(row * width, width));
        return control.Coupling == StepCoupling.Batch ? [norms.Max()] : norms;
    }

    private static double RootMeanSquare(ReadOnlySpan<double> numbers)
    {
        double sum = 0;
        foreach (double number in numbers)
            sum += number * number;
        return Math.Sqrt(sum / numbers.Length);
    }
}
