using System.Diagnostics;
using System.Globalization;
using MLflow;
using MLflow.TestServer;

namespace Diffusion.Benchmarks;

/// <summary>How long 10⁵ metric points take into each kind of store.</summary>
internal static class TrackingSpeed
{
    private const int Points = 100_000;
    private const int Keys = 10;

    /// <summary>Prints a line a store and repetition.</summary>
    public static async Task RunAsync(int repetitions)
    {
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            string folder = Directory.CreateTempSubdirectory("mlflow-speed-").FullName;
            await MeasureAsync("SQLite, one call", $"sqlite:///{Path.Combine(folder, "one.db")}", calls: 1);
            await MeasureAsync("SQLite, 100 calls", $"sqlite:///{Path.Combine(folder, "many.db")}", calls: 100);
            Directory.Delete(folder, recursive: true);
            await using TrackingServer server = await TrackingServer.StartAsync();
            await MeasureAsync("loopback HTTP, one call", server.Uri, calls: 1);
            await MeasureAsync("loopback HTTP, 100 calls", server.Uri, calls: 100);
        }
    }

    private static async Task MeasureAsync(string name, string uri, int calls)
    {
        await using var client = MlflowClient.Open(uri);
        Experiment experiment = await client.GetOrCreateExperimentAsync("speed");
        Run run = await client.CreateRunAsync(new RunCreation(experiment.ExperimentId));
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        Metric[] points = [.. Enumerable.Range(0, Points).Select(i => new Metric($"m{i % Keys}", Math.Sqrt(i), time.AddMilliseconds(i), i / Keys))];
        var watch = Stopwatch.StartNew();
        foreach (Metric[] part in points.Chunk(Points / calls))
            await client.LogBatchAsync(run.Info.RunId, part);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-26} {watch.Elapsed.TotalSeconds:0.00} s"));
    }
}
