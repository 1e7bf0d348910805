using System.Diagnostics;
using System.Globalization;
using Diffusion.Benchmarks.Workloads;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Peers;

/// <summary>
/// Runs every workload turn by turn as the floor, in plain TorchSharp, here and, where Python has torch, in PyTorch, and prints ratios of the turns of
/// one round. Time is CPU time of the process: on a shared machine the ratios of such times repeat where those of the clock do not.
/// </summary>
internal static class PeerComparison
{
    // Short, so that what else the machine does is the same for the turns of one round.
    private const double SecondsOfTurn = 0.1;

    private const int CallsToLastTier = 60;

    public static void Run(int rounds, string filter)
    {
        string python = Environment.GetEnvironmentVariable("DIFFUSION_PYTHON") ?? "python3";
        set_num_threads(1);
        using PythonPeer? peer = PythonPeer.TryStart(python, Path.Combine(AppContext.BaseDirectory, "peer.py"), threads: 1, out string reason);
        Console.WriteLine($"{rounds} rounds, one thread; a turn takes about {SecondsOfTurn} s. CPU time in microseconds a step, medians; "
            + "ratios are medians over the rounds (quartiles).");
        Console.WriteLine($"floor, plain TorchSharp and here: libtorch {__version__} with {Blas.OfThisProcess()}, "
            + $"TorchSharp {typeof(Tensor).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}");
        Console.WriteLine(peer is null ? $"PyTorch: not compared, {python} has none ({reason})" : $"PyTorch: {peer.Description}");
        Console.WriteLine();
        Console.WriteLine("| workload | batch | floor | plain TorchSharp | here | plain/floor | floor/here | here/plain "
            + $"|{(peer is null ? "" : " PyTorch | here/PyTorch |")}");
        Console.WriteLine($"|---|---:|---:|---:|---:|---:|---:|---:|{(peer is null ? "" : "---:|---:|")}");
        (string Name, int Batch)[] chosen = [.. Workload.All.Where(workload => workload.Name.Contains(filter, StringComparison.Ordinal))];
        foreach ((string name, int batch) in chosen)
            Console.WriteLine(Compare(name, batch, peer, rounds));

        foreach (string name in chosen.Select(workload => workload.Name).Distinct())
        {
            using Workload workload = Workload.Create(name, 1);
            Console.WriteLine($"\nFloor of {name}: {workload.FloorMeans}.");
        }
    }

    private static string Compare(string name, int batch, PythonPeer? peer, int rounds)
    {
        using Workload workload = Workload.Create(name, batch);
        Action<int>[] sides = [workload.RunFloor, workload.RunPlain, workload.Run];

        // Long enough for the compiler's last tier, which it reaches in the background, after thirty calls of a method and thirty more that it counts.
        foreach (Action<int> side in sides)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int calls = 0; calls < CallsToLastTier || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1.5; calls++)
                side(50);
        }

        int steps = Math.Max(200, (int)(SecondsOfTurn * 200 / CpuTime.Seconds(() => workload.Run(200))));
        peer?.Time(name, batch, steps);

        // No side is always the first after another process's turn.
        double[][] times = [.. Enumerable.Range(0, rounds).Select(round =>
        {
            double[] turn = new double[4];
            for (int i = 0; i < sides.Length; i++)
            {
                int side = (round + i) % sides.Length;
                turn[side] = CpuTime.Seconds(() => sides[side](steps)) / steps;
            }

            turn[3] = peer?.Time(name, batch, steps) ?? 0;
            return turn;
        })];
        string Microseconds(int side) => Invariant($"{1e6 * CpuTime.Quantile(times.Select(turn => turn[side]), 0.5):f1}");
        string Ratio(int of, int to)
        {
            double[] ratios = [.. times.Select(turn => turn[of] / turn[to])];
            return Invariant($"**{CpuTime.Quantile(ratios, 0.5):f2}** ({CpuTime.Quantile(ratios, 0.25):f2}–{CpuTime.Quantile(ratios, 0.75):f2})");
        }

        string row =
            Invariant($"| {name} | {batch} | {Microseconds(0)} | {Microseconds(1)} | {Microseconds(2)} | {Ratio(1, 0)} | {Ratio(0, 2)} | {Ratio(2, 1)} |");
        return peer is null ? row : Invariant($"{row} {Microseconds(3)} | {Ratio(2, 3)} |");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
