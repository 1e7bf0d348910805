using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The whole command against Slurm itself: training and cells on its nodes, numbers as anywhere else.</summary>
[Collection(SharedSlurmCluster.Name)]
[Trait("Category", "Slow")]
public sealed class SlurmRunTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "cluster",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": { "use": "mlp", "width": 16, "layers": 2 },
          "loss": "noise-prediction",
          "training": { "steps": 60, "batchSize": 32 },
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 150,
          "metrics": ["energy-distance"],
          "sweep": { "axes": { "solver": ["euler", "euler-maruyama"], "steps": [4, 8] }, "repeats": 3 }
        }
        """;

    private static readonly string[] OnCluster =
    [
        "--launcher", "slurm", "--launcher-option", "pollSeconds=0.5", "--launcher-option", "graceSeconds=5", "--launcher-option", "tasksPerElement=4",
        "--launcher-option", "time=10",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-cluster").FullName;

    public SlurmRunTests(SlurmCluster cluster)
    {
        cluster.Require();
        File.WriteAllText(Path.Combine(_folder, "cluster.json"), Manifest);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Numbers(string results) =>
        SweepFolder.Numbers(Assert.Single(Directory.GetDirectories(Path.Combine(_folder, results, "cluster"))));

    [Fact]
    public async Task A_sweep_on_slurm_gives_the_numbers_of_one_at_home()
    {
        HostResult home = await HostProcess.RunAsync(_folder, "run", "cluster.json", "--results", "home", "--tracking", "none");
        Assert.True(home.ExitCode == 0, home.Output + home.Error);
        HostResult cluster = await HostProcess.RunAsync(_folder, ["run", "cluster.json", "--results", "cluster", "--tracking", "none", .. OnCluster]);
        Assert.True(cluster.ExitCode == 0, cluster.Output + cluster.Error);
        Assert.Equal(12, Numbers("cluster").Length);
        Assert.Equal(Numbers("home"), Numbers("cluster"));
        Assert.Contains("Trained mlp", cluster.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_submitted_and_left_is_collected_by_the_same_command()
    {
        string[] arguments = ["run", "cluster.json", "--results", "left", "--tracking", "none", .. OnCluster];
        HostResult left = await HostProcess.RunAsync(_folder, [.. arguments, "--launcher-option", "follow=false"]);
        Assert.True(left.ExitCode == 0, left.Output + left.Error);
        HostResult collected = await HostProcess.RunAsync(_folder, arguments);
        Assert.True(collected.ExitCode == 0, collected.Output + collected.Error);
        Assert.Equal(12, Numbers("left").Length);
    }
}
