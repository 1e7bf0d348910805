using System.Numerics;
using System.Text.Json;
using Diffusion.Core.Randomness;
using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what components build on: the noise, the special functions of exponential integrators, the conversions of predictions.</summary>
public static class EngineCertifier
{
    /// <summary>The kind that certificates of the engine carry.</summary>
    public const string Kind = "engine";

    private const double PathHorizon = 80;

    // Of the whole numbers that increments are added up as.
    private const int FractionBits = 90;

    /// <summary>What can be certified, by name.</summary>
    public static IReadOnlyDictionary<string, Func<IEnumerable<Certificate>>> Parts { get; } =
        new Dictionary<string, Func<IEnumerable<Certificate>>>(StringComparer.Ordinal)
        {
            ["noise"] = Noise,
            ["phi-functions"] = PhiFunctionValues,
            ["predictions"] = Predictions,
        };

    private static IEnumerable<Certificate> Noise()
    {
        using DisposeScope scope = NewDisposeScope();
        CertificationSubject subject = new("noise", Kind);
        const int samples = 1024;
        double[] whole = Increments(0, samples);
        int[] sizes = [1, 7, 64, 1024];
        int different = sizes.Sum(size =>
        {
            double[] split = [.. Enumerable.Range(0, (samples + size - 1) / size).SelectMany(i => Increments(i * size, Math.Min(size, samples - (i * size))))];
            return split.Zip(whole).Count(pair => BitConverter.DoubleToInt64Bits(pair.First) != BitConverter.DoubleToInt64Bits(pair.Second));
        });
        return
        [
            Certificate.OfCount(subject, "numbers that are not identical in batches of 1, 7, 64 and 1024", 0, different),
            Certificate.OfError(subject, "a coarse increment against the sum of its 4096 fine ones, in units of the last digit", 2, RefinementError()),
        ];
    }

    private static double[] Increments(int first, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        var source = new PhiloxNoiseSource(new NoiseKey(11, 0), first, PathHorizon);
        Tensor like = zeros([count, 2], dtype: ScalarType.Float64);
        double[] early = source.BrownianIncrement(At(50), At(3), like).data<double>().ToArray();
        double[] late = source.BrownianIncrement(At(3), At(0.01), like).data<double>().ToArray();
        return [.. early.Zip(late).SelectMany(pair => new[] { pair.First, pair.Second })];
    }

    // Twelve halvings of the interval, added up without rounding of their own; the unit is that of the coarse increment's own size, √Δt.
    private static double RefinementError()
    {
        const int pieces = 1 << 12;
        (double from, double to) = (64, 1);
        Tensor like = zeros([16, 2], dtype: ScalarType.Float64);
        double[] times = [.. Enumerable.Range(0, pieces + 1).Select(i => from + ((to - from) * i / pieces))];
        var source = new PhiloxNoiseSource(new NoiseKey(12, 0), 0, PathHorizon);
        double[] coarse = source.BrownianIncrement(At(from), At(to), like).data<double>().ToArray();
        var sum = new BigInteger[coarse.Length];
        for (int i = 0; i < pieces; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            double[] fine = source.BrownianIncrement(At(times[i]), At(times[i + 1]), like).data<double>().ToArray();
            for (int j = 0; j < sum.Length; j++)
                sum[j] += Exact(fine[j] * Math.Sqrt(times[i] - times[i + 1]));
        }

        double size = Math.Sqrt(from - to);
        return coarse.Zip(sum, (c, s) => Math.Abs(Math.ScaleB((double)(Exact(c * size) - s), -FractionBits))).Max() / size / (Math.BitIncrement(1.0) - 1.0);

        static BigInteger Exact(double value) => new(Math.ScaleB(value, FractionBits));
    }

    private static NoiseLevel At(double t) => new(t, 1, t);

    private static IEnumerable<Certificate> PhiFunctionValues()
    {
        using Stream stream = typeof(EngineCertifier).Assembly.GetManifestResourceStream("numerics.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("phi").EnumerateArray()
            .Select(row => (Order: row.GetProperty("order").GetInt32(), Z: row.GetProperty("z").GetDouble(), Value: row.GetProperty("value").GetDouble()))
            .Where(row => Math.Abs(row.Z) <= 20)
            .GroupBy(row => row.Order)
            .Select(group => Certificate.OfError(
                new("phi-functions", Kind),
                $"phi_{group.Key} for |z| from 1e-10 to 20, relative",
                1e-13,
                group.Max(row => Math.Abs(PhiFunctions.Phi(row.Order, row.Z) - row.Value) / Math.Abs(row.Value))))];
    }

    /// <summary>Every form of a prediction made from every other, against the exact values, in units of what the conversion amplifies.</summary>
    private static IEnumerable<Certificate> Predictions()
    {
        using DisposeScope scope = NewDisposeScope();
        double worst = 0;
        foreach ((_, NoiseSchedule schedule) in ExactProcesses.All)
        {
            for (int i = 1; i < 20; i++)
            {
                NoiseLevel level = schedule.At(schedule.Horizon * i / 20);
                Tensor data = tensor(new[] { 0.7, -1.3, 0.2 }, [3, 1]);
                Tensor noise = tensor(new[] { -0.4, 0.9, 1.6 }, [3, 1]);
                Tensor state = (data * level.Alpha) + (noise * level.Sigma);
                var truth = new Prediction(PredictionKind.Noise, noise, state, level);
                foreach (PredictionKind kind in Enum.GetValues<PredictionKind>())
                {
                    var prediction = new Prediction(kind, As(truth, kind), state, level);
                    double conditioning = Math.Max(level.Alpha, level.Sigma) / Math.Min(level.Alpha, level.Sigma);
                    worst = Math.Max(worst, Math.Max(Error(prediction.X0, data), Error(prediction.Epsilon, noise)) / Math.Max(1, conditioning));
                }
            }
        }

        return [Certificate.OfError(new("predictions", Kind), "round trips between all forms", 1e-12, worst)];

        static Tensor As(Prediction truth, PredictionKind kind) => kind switch
        {
            PredictionKind.Noise => truth.Epsilon,
            PredictionKind.Data => truth.X0,
            PredictionKind.Score => truth.Score,
            PredictionKind.V => truth.V,
            PredictionKind.Velocity => truth.RectifiedVelocity,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of prediction."),
        };

        static double Error(Tensor actual, Tensor expected) => (actual - expected).abs().max().ToDouble();
    }
}
