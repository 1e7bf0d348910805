using System.Diagnostics;
using System.Globalization;
using Diffusion.Benchmarks.Peers;
using Diffusion.ScoreModels;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Mixtures;

/// <summary>
/// The exact mixture's denoiser against the same formula in tensor operations, turn by turn: as it is written, with a tensor of B × K × D
/// differences, and with the squares expanded into a matrix product, which is faster and loses digits near a component.
/// </summary>
internal static class MixtureComparison
{
    private const double SecondsOfTurn = 0.05;
    private static readonly NoiseLevel s_level = new(0.5, 0.6, 0.8);

    public static void Run(int pairs)
    {
        set_num_threads(1);
        using IDisposable withoutGradient = no_grad();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pairs} pairs, one thread, libtorch {__version__} with {Blas.OfThisProcess()}, "
            + $".NET {Environment.Version}. CPU time in microseconds, medians; ratios are medians of the pairs' (quartiles)."));
        Console.WriteLine("| D | K | batch | type | fused | as written | ratio | expanded | ratio |");
        Console.WriteLine("|---:|---:|---:|---|---:|---:|---:|---:|---:|");
        foreach ((int dimension, int batch) in new[] { (2, 512), (2, 4096), (64, 512), (64, 4096) })
        {
            foreach (int count in new[] { 5, 25, 64 })
            {
                Compare(dimension, count, batch, ScalarType.Float32, pairs);
                Compare(dimension, count, batch, ScalarType.Float64, pairs);
            }
        }
    }

    private static void Compare(int dimension, int count, int batch, ScalarType type, int pairs)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        double[][] means = [.. Enumerable.Range(0, count)
            .Select(_ => randn([dimension], dtype: ScalarType.Float64, generator: generator).data<double>().ToArray())];
        var model = new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions { Means = means, StandardDeviations = [0.5] }, new DataDescription { Name = "mixture", Shape = [dimension] });
        var plain = new TensorMixture(means, 0.5, type);
        Tensor x = randn([batch, dimension], dtype: type, generator: generator);
        Func<Tensor> fused = () => model.Predict(x, s_level).X0;
        Func<Tensor> written = () => plain.Denoise(x, s_level);
        Func<Tensor> expanded = () => plain.DenoiseExpanded(x, s_level);
        Check(fused(), written());
        Check(fused(), expanded());

        // Long enough for the compiler's last tier, which it reaches in the background.
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < 1;)
            Time(fused, 10);
        int[] calls = [.. new[] { fused, written, expanded }.Select(run => Math.Max(1, (int)(SecondsOfTurn / Time(run, 2))))];
        (double Fused, double Written, double Expanded)[] times = [.. Enumerable.Range(0, pairs)
            .Select(_ => (Time(fused, calls[0]), Time(written, calls[1]), Time(expanded, calls[2])))];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {dimension} | {count} | {batch} | {(type == ScalarType.Float32 ? "float32" : "float64")} | {1e6 * Median(times.Select(t => t.Fused)):f1} | "
                + $"{1e6 * Median(times.Select(t => t.Written)):f1} | {Ratio(times.Select(t => t.Written / t.Fused))} | "
                + $"{1e6 * Median(times.Select(t => t.Expanded)):f1} | {Ratio(times.Select(t => t.Expanded / t.Fused))} |"));
    }

    private static void Check(Tensor actual, Tensor expected)
    {
        if (!allclose(expected, actual, 1e-3, 1e-4))
            throw new InvalidOperationException("The two ways disagree.");
    }

    private static string Ratio(IEnumerable<double> ratios)
    {
        double[] all = [.. ratios];
        return string.Create(CultureInfo.InvariantCulture, $"**{Median(all):f1}** ({CpuTime.Quantile(all, 0.25):f1}–{CpuTime.Quantile(all, 0.75):f1})");
    }

    private static double Time(Func<Tensor> run, int calls) => CpuTime.Seconds(() =>
    {
        for (int i = 0; i < calls; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            run();
        }
    }) / calls;

    private static double Median(IEnumerable<double> values) => CpuTime.Quantile(values, 0.5);
}
