using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// One step of Adam on one parameter: fused in the shim over plain CPU memory, by separate operators anywhere else.
/// </summary>
internal readonly struct AdamUpdate
{
    private readonly AdamStep _step;

    public AdamUpdate(
        long step, double learningRate, double beta1, double beta2, double eps, double weightDecay, bool decoupled,
        bool maximize) =>
        _step = new AdamStep
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            BiasCorrection1 = 1 - Math.Pow(beta1, step),
            BiasCorrection2 = 1 - Math.Pow(beta2, step),
            Decoupled = decoupled ? 1 : 0,
            Maximize = maximize ? 1 : 0,
        };

    /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
    public static void Check(double learningRate, double beta1, double beta2, double eps, double weightDecay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        foreach (double beta in new[] { beta1, beta2 })
        {
            ArgumentOutOfRangeException.ThrowIfNegative(beta);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta, 1);
        }
    }

    public unsafe void Apply(Parameter parameter, Tensor gradient, Tensor mean, Tensor square, Tensor? largest)
    {
        AdamStep step = _step;
        int done = NativeMethods.ts_adam(
            parameter.Handle, gradient.Handle, mean.Handle, square.Handle, largest?.Handle ?? 0, &step);
        NativeError.ThrowIfNegative(done);
        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(mean);
        GC.KeepAlive(square);
        GC.KeepAlive(largest);
        if (done == 0)
            ApplyByOperators(parameter, gradient, mean, square, largest);
    }

    private void ApplyByOperators(Parameter parameter, Tensor gradient, Tensor mean, Tensor square, Tensor? largest)
    {
        using DisposeScope scope = NewDisposeScope();
        if (_step.Maximize != 0)
            gradient = gradient.neg();
        if (_step.Decoupled != 0)
            parameter.mul_(1 - _step.LearningRate * _step.WeightDecay);
        else if (_step.WeightDecay != 0)
            gradient = gradient.add(parameter, _step.WeightDecay);
        mean.mul_(_step.Beta1).add_(gradient, 1 - _step.Beta1);
        square.mul_(_step.Beta2).addcmul_(gradient, gradient, 1 - _step.Beta2);
        Tensor top = square;
        if (largest is not null)
            top = largest.copy_(largest.maximum(square));
        Tensor size = top.sqrt().div_(Math.Sqrt(_step.BiasCorrection2)).add_(_step.Eps);
        parameter.addcdiv_(mean, size, -_step.LearningRate / _step.BiasCorrection1);
    }
}
