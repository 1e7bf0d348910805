using System.Diagnostics;
using System.Globalization;
using Diffusion.Benchmarks.Workloads;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>
/// Runs every workload here and in Python turn by turn and prints the ratio of each pair: on a machine whose clock drifts, only what ran
/// side by side can be compared.
/// </summary>
internal static class PeerComparison
{
    private const double SecondsOfTurn = 0.15;

    public static void Run(int pairs, string filter)
    {
        string python = Environment.GetEnvironmentVariable("DIFFUSION_PYTHON") ?? "/usr/bin/python3";
        string script = Path.Combine(AppContext.BaseDirectory, "peer.py");
        Console.WriteLine($"{pairs} pairs; a turn takes about {SecondsOfTurn} s. Times are medians in microseconds a step; the ratio is the median of the pairs' (quartiles).");
        foreach (int threads in new[] { 1, 2 })
        {
            set_num_threads(threads);
            using var peer = new PythonPeer(python, script, threads);
            if (threads == 1)
                Console.WriteLine($"here: {__version__}, .NET {Environment.Version}; there: {peer.Description}; OPENBLAS_CORETYPE={Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") ?? "not set"}");
            Console.WriteLine();
            Console.WriteLine($"{threads} thread{(threads == 1 ? "" : "s")}");
            Console.WriteLine("| workload | batch | here | PyTorch | ratio | aim | floor | floor/here |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            foreach ((string name, int batch) in Workload.All.Where(workload => workload.Name.Contains(filter, StringComparison.Ordinal)))
                Console.WriteLine(Compare(name, batch, peer, pairs));
        }

        foreach (string name in Workload.All.Select(workload => workload.Name).Distinct())
        {
            using Workload workload = Workload.Create(name, 1);
            Console.WriteLine($"\nFloor of {name}: {workload.FloorMeans}.");
        }
    }

    private static string Compare(string name, int batch, PythonPeer peer, int pairs)
    {
        using Workload workload = Workload.Create(name, batch);

        // Long enough for the compiler's last tier, which it reaches in the background.
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < 2;)
            workload.Run(50);

        int steps = Math.Max(10, (int)(SecondsOfTurn / Time(workload.Run, 20)));
        peer.Time(name, batch, steps);
        workload.RunFloor(steps);

        (double Here, double There, double Floor)[] times = [.. Enumerable.Range(0, pairs).Select(pair =>
        {
            double before = pair % 2 == 0 ? Time(workload.Run, steps) : 0;
            double there = peer.Time(name, batch, steps);
            double here = pair % 2 == 0 ? before : Time(workload.Run, steps);
            return (here, there, Time(workload.RunFloor, steps));
        })];
        double[] ratios = [.. times.Select(time => time.Here / time.There).Order()];
        double Microseconds(Func<(double Here, double There, double Floor), double> which) => 1e6 * Median(times.Select(which));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {batch} | {Microseconds(t => t.Here):f1} | {Microseconds(t => t.There):f1} | {Median(ratios):f2} ({ratios[pairs / 4]:f2}-{ratios[3 * pairs / 4]:f2}) | {workload.Aim:f2} | {Microseconds(t => t.Floor):f1} | {Median(times.Select(t => t.Floor / t.Here)):f2} |");
    }

    private static double Time(Action<int> run, int steps)
    {
        long begin = Stopwatch.GetTimestamp();
        run(steps);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds / steps;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
