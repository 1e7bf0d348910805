using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>Adam and AdamW on the CPU: both moments, the weights and their average in one pass over memory.</summary>
/// <remarks>
/// With g the gradient, η the learning rate and n the number of the parameter's step, from 1:
/// <code>
/// m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²      θ ← θ − η/(1 − β₁ⁿ) · m/(√v/√(1 − β₂ⁿ) + ε)
/// </code>
/// Weight decay ω adds ω θ to g in Adam (Kingma &amp; Ba 2015) and multiplies θ by 1 − η ω first in AdamW (Loshchilov &amp; Hutter 2019). β₁ = 0.9,
/// β₂ = 0.999 and ε = 1e-8 are TorchSharp's and PyTorch's defaults. Every number is rounded where TorchSharp's optimisers round it, so the weights are
/// theirs to the bit where libtorch uses fused multiply-adds.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FusedAdam<T> : Learner
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    // Parameters that one thread takes at a time; the split leaves every result as it is.
    private const int Block = 1 << 16;

    private readonly Learnt[] _all;

    public FusedAdam(Parameter[] parameters, TrainingSettings settings)
        : base(parameters, settings) => _all = Array.ConvertAll(parameters, parameter => new Learnt(parameter));

    /// <summary>Whether the settings ask for it and the parameters' memory can be worked on here.</summary>
    public static bool Serves(Parameter[] parameters, TrainingSettings settings, ScalarType dtype) =>
        settings.Optimizer is OptimizerKind.Adam or OptimizerKind.AdamW
        && Array.TrueForAll(parameters, parameter =>
            parameter.device_type == DeviceType.CPU
            && parameter.dtype == dtype
            && parameter.is_contiguous()
            && parameter.numel() * parameter.element_size() <= int.MaxValue);

    /// <inheritdoc/>
    public override void UseAverage()
    {
        foreach (Learnt learnt in _all)
        {
            learnt.Average.CopyTo(Numbers(learnt.Parameter));
            GC.KeepAlive(learnt.Parameter);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    /// <inheritdoc/>
    protected override void StepAlongGradients(int step)
    {
        using DisposeScope scope = NewDisposeScope();
        int threads = get_num_threads();
        foreach (Learnt learnt in _all)
        {
            if (learnt.Parameter.grad is not { } gradient)
                continue;

            // libtorch would add the next gradient to one that is still there, which costs more than a new one.
            learnt.Parameter.grad = null;
            if (learnt.Steps == 0)
                learnt.Begin(Settings.Ema > 0);
            learnt.Steps++;
            var rule = new Rule(Settings, learnt.Steps, AverageShare(step));
            Tensor dense = gradient.is_contiguous() ? gradient : gradient.contiguous();
            int length = learnt.Mean.Length;
            if (threads == 1 || length <= Block)
                Update(rule, learnt, dense, 0, length);
            else
                Parallel.For(0, (length + Block - 1) / Block, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => Update(rule, learnt, dense, i * Block, Math.Min(Block, length - (i * Block))));
        }
    }

    private static void Update(Rule rule, Learnt learnt, Tensor gradient, int start, int length)
    {
        rule.Apply(
            Numbers(learnt.Parameter).Slice(start, length),
            Numbers(gradient).Slice(start, length),
            learnt.Mean.AsSpan(start, length),
            learnt.Square.AsSpan(start, length),
            learnt.Average.Length == 0 ? [] : learnt.Average.AsSpan(start, length));
        GC.KeepAlive(learnt.Parameter);
        GC.KeepAlive(gradient);
    }

    private static Span<T> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A parameter with its moments, which it gets when a gradient first reaches it.</summary>
    private sealed class Learnt(Parameter parameter)
    {
        public Parameter Parameter { get; } = parameter;

        public int Steps { get; set; }

        public T[] Mean { get; private set; } = [];

        public T[] Square { get; private set; } = [];

        /// <summary>Empty where no average is kept or no gradient came.</summary>
        public T[] Average { get; private set; } = [];

        public void Begin(bool isAveraged)
        {
            Span<T> weights = Numbers(Parameter);
            Mean = new T[weights.Length];
            Square = new T[weights.Length];
            if (isAveraged)
                Average = weights.ToArray();
            GC.KeepAlive(Parameter);
        }
    }

    /// <summary>The coefficients of one step.</summary>
    private readonly struct Rule
    {
        private readonly T _beta1;
        private readonly T _shareOfGradient;
        private readonly T _beta2;
        private readonly T _shareOfSquare;
        private readonly T _correction;
        private readonly T _epsilon;
        private readonly T _rate;
        private readonly T _decay;
        private readonly T _kept;
        private readonly T _shareOfWeight;
        private readonly T _shareOfAverage;

        public Rule(TrainingSettings settings, int step, double averageShare)
        {
            bool isDecoupled = settings.Optimizer == OptimizerKind.AdamW;
            _beta1 = T.CreateTruncating(Beta1);
            _shareOfGradient = T.CreateTruncating(1 - Beta1);
            _beta2 = T.CreateTruncating(Beta2);
            _shareOfSquare = T.CreateTruncating(1 - Beta2);
            _correction = T.CreateTruncating(Math.Sqrt(1 - Math.Pow(Beta2, step)));
            _epsilon = T.CreateTruncating(Epsilon);
            _rate = T.CreateTruncating(-(settings.LearningRate / (1 - Math.Pow(Beta1, step))));
            _decay = T.CreateTruncating(isDecoupled ? 0 : settings.WeightDecay);
            _kept = T.CreateTruncating(isDecoupled ? 1 - (settings.LearningRate * settings.WeightDecay) : 1);
            _shareOfWeight = T.CreateTruncating(averageShare);
            _shareOfAverage = T.CreateTruncating(1 - averageShare);
        }

        /// <summary>All spans are as long; <paramref name="averages"/> may be empty.</summary>
        public void Apply(Span<T> weights, ReadOnlySpan<T> gradients, Span<T> means, Span<T> squares, Span<T> averages)
        {
            int whole = ApplyToVectors(
                MemoryMarshal.Cast<T, Vector<T>>(weights),
                MemoryMarshal.Cast<T, Vector<T>>(gradients),
                MemoryMarshal.Cast<T, Vector<T>>(means),
                MemoryMarshal.Cast<T, Vector<T>>(squares),
                MemoryMarshal.Cast<T, Vector<T>>(averages));
            for (int i = whole; i < weights.Length; i++)
            {
                T weight = weights[i] * _kept;
                T g = _decay == T.Zero ? gradients[i] : T.FusedMultiplyAdd(_decay, weight, gradients[i]);
                means[i] = T.FusedMultiplyAdd(_shareOfGradient, g, means[i] * _beta1);
                squares[i] = T.FusedMultiplyAdd(_shareOfSquare * g, g, squares[i] * _beta2);
                weight += _rate * means[i] / ((T.Sqrt(squares[i]) / _correction) + _epsilon);
                weights[i] = weight;
                if (!averages.IsEmpty)
                    averages[i] = T.FusedMultiplyAdd(_shareOfWeight, weight, averages[i] * _shareOfAverage);
            }
        }

        /// <returns>How many numbers the whole vectors hold.</returns>
        private int ApplyToVectors(Span<Vector<T>> weights, ReadOnlySpan<Vector<T>> gradients, Span<Vector<T>> means, Span<Vector<T>> squares, Span<Vector<T>> averages)
        {
            Vector<T> beta1 = new(_beta1), shareOfGradient = new(_shareOfGradient), beta2 = new(_beta2), shareOfSquare = new(_shareOfSquare);
            Vector<T> correction = new(_correction), epsilon = new(_epsilon), rate = new(_rate), kept = new(_kept), decay = new(_decay);
            Vector<T> shareOfWeight = new(_shareOfWeight), shareOfAverage = new(_shareOfAverage);
            bool hasDecay = _decay != T.Zero;
            bool isAveraged = !averages.IsEmpty;

            // One length for the compiler to check against.
            gradients = gradients[..weights.Length];
            means = means[..weights.Length];
            squares = squares[..weights.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                Vector<T> weight = weights[i] * kept;
                Vector<T> g = hasDecay ? MultiplyAdd(decay, weight, gradients[i]) : gradients[i];
                Vector<T> mean = MultiplyAdd(shareOfGradient, g, means[i] * beta1);
                Vector<T> square = MultiplyAdd(shareOfSquare * g, g, squares[i] * beta2);
                weight += rate * mean / ((Vector.SquareRoot(square) / correction) + epsilon);
                means[i] = mean;
                squares[i] = square;
                weights[i] = weight;
                if (isAveraged)
                    averages[i] = MultiplyAdd(shareOfWeight, weight, averages[i] * shareOfAverage);
            }

            return weights.Length * Vector<T>.Count;
        }

        private static Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
            ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
            : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
    }
}
