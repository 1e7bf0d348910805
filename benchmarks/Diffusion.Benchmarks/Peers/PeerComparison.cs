using System.Diagnostics;
using System.Globalization;
using Diffusion.Benchmarks.Workloads;
using TorchSharp;

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
            foreach (Workload workload in Workload.All())
            {
                using (workload)
                {
                    if (workload.Name.Contains(filter, StringComparison.Ordinal))
                        Compare(workload, peer, pairs);
                }
            }
        }

        foreach (Workload workload in Workload.All().DistinctBy(workload => workload.Name))
            Console.WriteLine($"\nFloor of {workload.Name}: {workload.FloorMeans}.");
    }

    private static void Compare(Workload workload, PythonPeer peer, int pairs)
    {
        // Long enough for the compiler's last tier, which it reaches in the background.
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < 2;)
            workload.Run(50);

        int steps = Math.Max(10, (int)(SecondsOfTurn / Time(workload.Run, 20)));
        peer.Time(workload.Name, workload.Batch, steps);
        workload.RunFloor(steps);

        (double Here, double There, double Floor)[] times = [.. Enumerable.Range(0, pairs).Select(pair =>
        {
            double before = pair % 2 == 0 ? Time(workload.Run, steps) : 0;
            double there = peer.Time(workload.Name, workload.Batch, steps);
            double here = pair % 2 == 0 ? before : Time(workload.Run, steps);
            return (here, there, Time(workload.RunFloor, steps));
        })];
        double[] ratios = [.. times.Select(time => time.Here / time.There).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {workload.Batch} | {Median(times.Select(t => t.Here)) * 1e6:f1} | {Median(times.Select(t => t.There)) * 1e6:f1} | {Median(ratios):f2} ({ratios[pairs / 4]:f2}-{ratios[3 * pairs / 4]:f2}) | {workload.Aim:f2} | {Median(times.Select(t => t.Floor)) * 1e6:f1} | {Median(times.Select(t => t.Floor / t.Here)):f2} |"));
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
