using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Diffusion.Tests.Manifests;

/// <summary>A folder of manifests that is gone after the test.</summary>
internal sealed class ManifestFolder : IDisposable
{
    /// <summary>A manifest without sweep in which nothing is wrong.</summary>
    public const string Sound = """
        {
          "name": "sound",
          "data": "points",
          "schedule": { "use": "exploding", "sigmaMax": 10 },
          "model": "exact",
          "grid": "uniform",
          "solver": { "use": "ddim", "eta": 0.5 },
          "steps": 10,
          "samples": 100,
          "metrics": ["mmd", { "use": "sliced", "projections": 16 }]
        }
        """;

    private static readonly ServiceProvider Services =
        new ServiceCollection().AddLogging().AddComponents(FakeComponents.Catalogue).AddSingleton(TimeProvider.System).BuildServiceProvider();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-manifests");

    /// <summary>Full path of the folder.</summary>
    public string FullPath => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Full path of a file of the folder.</summary>
    public string At(string name) => Path.Combine(FullPath, name);

    /// <summary>Writes a file and says where it is.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>The plan of a file of the folder.</summary>
    public ExperimentPlan Load(string name, params string[] sets)
    {
        using IServiceScope scope = Services.CreateScope();
        return ExperimentLoader.Load(At(name), sets, FakeComponents.Catalogue, scope.ServiceProvider.GetRequiredService<ComponentFactory>());
    }

    /// <summary>The plan of a manifest with this text.</summary>
    public ExperimentPlan Plan(string text, params string[] sets)
    {
        Write("experiment.json", text);
        return Load("experiment.json", sets);
    }

    /// <summary>The one experiment of a manifest with this text.</summary>
    public Experiment Single(string text, params string[] sets) => Assert.Single(Plan(text, sets).Cells).Experiment;

    /// <summary>The problems of a file of the folder, as the user reads them, the folder's path taken out.</summary>
    public string[] ProblemsOf(string name, params string[] sets)
    {
        ManifestException error = Assert.Throws<ManifestException>(() => Load(name, sets));
        return [.. error.Problems.Select(p => p.ToString().Replace(FullPath + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))];
    }

    /// <summary>The problems of a manifest with this text.</summary>
    public string[] Problems(string text, params string[] sets)
    {
        Write("experiment.json", text);
        return ProblemsOf("experiment.json", sets);
    }

    /// <summary>The one problem of a manifest in whose text § marks the place to which it must point.</summary>
    public string ProblemAt(string marked)
    {
        int mark = marked.IndexOf('§', StringComparison.Ordinal);
        int line = marked[..mark].Count(c => c == '\n') + 1;
        string place = $"experiment.json:{line}:{mark - marked.LastIndexOf('\n', mark)}  ";
        string problem = Assert.Single(Problems(marked.Remove(mark, 1)));
        Assert.StartsWith(place, problem, StringComparison.Ordinal);
        return problem[place.Length..];
    }
}
