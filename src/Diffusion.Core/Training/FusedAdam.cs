using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
/// β₂ = 0.999 and ε = 1e-8 are TorchSharp's and PyTorch's defaults. Numbers are rounded where TorchSharp's optimisers round them, save in two places
/// (<c>docs/adr/0010</c>): the norm that clipping asks for is summed in float64, and square roots are rounded correctly.
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
    private readonly List<Learnt> _reached = [];

    public FusedAdam(Parameter[] parameters, TrainingSettings settings)
        : base(settings) => _all = Array.ConvertAll(parameters, parameter => new Learnt(parameter));

    /// <summary>Whether the settings ask for it and the parameters' memory can be worked on here.</summary>
    public static bool Serves(Parameter[] parameters, TrainingSettings settings, ScalarType dtype) =>
        settings.Optimizer is OptimizerKind.Adam or OptimizerKind.AdamW
        && Array.TrueForAll(parameters, parameter =>
            parameter.device_type == DeviceType.CPU
            && parameter.dtype == dtype
            && parameter.is_contiguous()
            && parameter.numel() * parameter.element_size() <= int.MaxValue);

    /// <inheritdoc/>
    public override void Step(int step)
    {
        using DisposeScope scope = NewDisposeScope();
        _reached.Clear();
        foreach (Learnt learnt in _all)
        {
            if (learnt.TakeGradient(isAveraged: Settings.Ema > 0))
                _reached.Add(learnt);
        }

        double clip = Settings.GradientClip > 0 ? Math.Min(1, Settings.GradientClip / (Math.Sqrt(SumOfSquares(_reached)) + 1e-6)) : 1;
        Rule rule = default;
        int stepOfRule = 0;
        foreach (Learnt learnt in _reached)
        {
            // Parameters that the loss reached from the start, which most are, have one rule.
            if (learnt.Steps != stepOfRule)
                rule = new Rule(Settings, stepOfRule = learnt.Steps, clip, AverageShare(step));
            if (learnt.Mean.Length <= Block)
                Update(rule, learnt, 0, learnt.Mean.Length);
            else
                UpdateInBlocks(rule, learnt);
            learnt.Gradient = null;
        }
    }

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

    private static double SumOfSquares(List<Learnt> reached)
    {
        double sum = 0;
        foreach (Learnt learnt in reached)
            sum += learnt.Mean.Length <= Block ? SumOfSquares(learnt, 0, learnt.Mean.Length) : SumOfSquaresInBlocks(learnt);
        return sum;
    }

    private static double SumOfSquares(Learnt learnt, int start, int length)
    {
        double sum = SumOfSquares(Numbers(learnt.Gradient!).Slice(start, length));
        GC.KeepAlive(learnt.Gradient);
        return sum;
    }

    private static double SumOfSquaresInBlocks(Learnt learnt)
    {
        double[] sums = new double[(learnt.Mean.Length + Block - 1) / Block];
        InBlocks(learnt.Mean.Length, (start, length) => sums[start / Block] = SumOfSquares(learnt, start, length));
        return sums.Sum();
    }

    /// <summary>In float64 and in an order that depends neither on the processor nor on the number of threads.</summary>
    private static double SumOfSquares(ReadOnlySpan<T> values)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        if (typeof(T) == typeof(float))
        {
            ReadOnlySpan<float> numbers = MemoryMarshal.Cast<T, float>(values);
            for (; i <= numbers.Length - 16; i += 16)
            {
                (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(numbers[i..]));
                (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.Create(numbers[(i + 8)..]));
                (sum0, sum1, sum2, sum3) = (sum0 + (a * a), sum1 + (b * b), sum2 + (c * c), sum3 + (d * d));
            }
        }
        else
        {
            ReadOnlySpan<double> numbers = MemoryMarshal.Cast<T, double>(values);
            for (; i <= numbers.Length - 16; i += 16)
            {
                (Vector256<double> a, Vector256<double> b) = (Vector256.Create(numbers[i..]), Vector256.Create(numbers[(i + 4)..]));
                (Vector256<double> c, Vector256<double> d) = (Vector256.Create(numbers[(i + 8)..]), Vector256.Create(numbers[(i + 12)..]));
                (sum0, sum1, sum2, sum3) = (sum0 + (a * a), sum1 + (b * b), sum2 + (c * c), sum3 + (d * d));
            }
        }

        double sum = Vector256.Sum((sum0 + sum1) + (sum2 + sum3));
        for (; i < values.Length; i++)
        {
            double value = double.CreateTruncating(values[i]);
            sum += value * value;
        }

        return sum;
    }

    private static void UpdateInBlocks(Rule rule, Learnt learnt) =>
        InBlocks(learnt.Mean.Length, (start, length) => Update(rule, learnt, start, length));

    private static void Update(in Rule rule, Learnt learnt, int start, int length)
    {
        rule.Apply(
            Numbers(learnt.Parameter).Slice(start, length),
            Numbers(learnt.Gradient!).Slice(start, length),
            learnt.Mean.AsSpan(start, length),
            learnt.Square.AsSpan(start, length),
            learnt.Average.Length == 0 ? [] : learnt.Average.AsSpan(start, length));
        GC.KeepAlive(learnt.Parameter);
        GC.KeepAlive(learnt.Gradient);
    }

    private static void InBlocks(int length, Action<int, int> work)
    {
        int threads = get_num_threads();
        if (threads > 1)
        {
            Parallel.For(
                0, (length + Block - 1) / Block, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => work(i * Block, Math.Min(Block, length - (i * Block))));
            return;
        }

        for (int start = 0; start < length; start += Block)
            work(start, Math.Min(Block, length - start));
    }

    private static Span<T> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A parameter with its moments, which it gets when a gradient first reaches it.</summary>
    private sealed class Learnt(Parameter parameter)
    {
        public Parameter Parameter { get; } = parameter;

        /// <summary>Steps that it took part in.</summary>
        public int Steps { get; private set; }

        /// <summary>The gradient of this step.</summary>
        public Tensor? Gradient { get; set; }

        public T[] Mean { get; private set; } = [];

        public T[] Square { get; private set; } = [];

        /// <summary>Empty where no average is kept or no gradient came.</summary>
        public T[] Average { get; private set; } = [];

        /// <summary>Takes the gradient from the parameter; false where none ever came.</summary>
        public bool TakeGradient(bool isAveraged)
        {
            if (Parameter.grad is { } gradient)
            {
                // libtorch would add the next gradient to one that is still there, which costs more than a new one.
                Parameter.grad = null;
                Gradient = gradient.is_contiguous() ? gradient : gradient.contiguous();
            }
            else if (Steps > 0)
            {
                Gradient = zeros_like(Parameter, requires_grad: false);
            }
            else
            {
                return false;
            }

            if (Steps++ == 0)
                Begin(isAveraged);
            return true;
        }

        private void Begin(bool isAveraged)
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
        private readonly T _clip;
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

        public Rule(TrainingSettings settings, int step, double clip, double averageShare)
        {
            bool isDecoupled = settings.Optimizer == OptimizerKind.AdamW;
            _clip = T.CreateTruncating(clip);
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
                T g = gradients[i] * _clip;
                if (_decay != T.Zero)
                    g = T.FusedMultiplyAdd(_decay, weight, g);
                means[i] = T.FusedMultiplyAdd(_shareOfGradient, g, means[i] * _beta1);
                squares[i] = T.FusedMultiplyAdd(_shareOfSquare * g, g, squares[i] * _beta2);
                weight += _rate * means[i] / ((T.Sqrt(squares[i]) / _correction) + _epsilon);
                weights[i] = weight;
                if (!averages.IsEmpty)
                    averages[i] = T.FusedMultiplyAdd(_shareOfWeight, weight, averages[i] * _shareOfAverage);
            }
        }

        /// <returns>How many numbers the whole vectors hold.</returns>
        private int ApplyToVectors(
            Span<Vector<T>> weights, ReadOnlySpan<Vector<T>> gradients, Span<Vector<T>> means, Span<Vector<T>> squares, Span<Vector<T>> averages)
        {
            Vector<T> clip = new(_clip), beta1 = new(_beta1), shareOfGradient = new(_shareOfGradient), beta2 = new(_beta2), shareOfSquare = new(_shareOfSquare);
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
                Vector<T> g = gradients[i] * clip;
                if (hasDecay)
                    g = MultiplyAdd(decay, weight, g);
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
