using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>Manifests with a study: which parts they state, what is refused with its place, and what is in their keys.</summary>
public sealed class StudyManifestTests : IDisposable
{
    private const string Data = """ "data": { "use": "gaussian-mixture", "weights": [1], "means": [[0]], "standardDeviations": [1] } """;

    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ExperimentPlan Plan(string text) => ShippedComponents.Plan(_folder.Write("study.json", $"{{ {text} }}"));

    private string Refusal(string text) => Assert.Throws<ManifestException>(() => Plan(text)).Message;

    [Theory]
    [InlineData(""" "study": "fokker-planck" """, "$  missing key 'data': study 'fokker-planck' needs it")]
    [InlineData(""" "study": "fokker-planck" """, "$  missing key 'schedule': study 'fokker-planck' needs it")]
    [InlineData(
        """ "study": "jump-process", "schedule": "edm" """, "$.schedule  study 'jump-process' takes no 'schedule': it needs no part of the manifest beside")]
    [InlineData(""" "study": "jump-process", "model": "exact-mixture" """, "$.model  study 'jump-process' takes no 'model'")]
    [InlineData(""" "study": "jump-process", "solver": "heun" """, "$.solver  a manifest with a study has no 'solver'")]
    [InlineData(""" "study": "jump-process", "samples": 10 """, "$.samples  a manifest with a study has no 'samples'")]
    [InlineData(""" "study": "jump-proces" """, "$.study  unknown study 'jump-proces'; did you mean 'jump-process'?")]
    [InlineData(""" "study": "heun" """, "$.study  'heun' is a solver, not a study")]
    [InlineData(""" "study": { "use": "jump-process", "paths": 1 } """, "$.study.paths  ")]
    public void What_does_not_fit_is_refused_with_its_place(string text, string problem) => Assert.Contains(problem, Refusal(text), StringComparison.Ordinal);

    [Fact]
    public void Its_key_has_the_study_and_its_parts_and_nothing_of_sampling()
    {
        ExperimentPlan plan = Plan($$"""{{Data}}, "schedule": "ornstein-uhlenbeck", "study": { "use": "fokker-planck", "until": 1 }""");
        Assert.Equal(
            ["$version", "data", "device", "dtype", "repeat", "schedule", "seed", "study"], plan.Cells.Single().Canonical.Select(member => member.Key).Order());
    }

    [Fact]
    public void Cells_come_back_from_the_plans_file_as_they_were()
    {
        ExperimentPlan plan = Plan(""" "study": "jump-process", "sweep": { "axes": { "study.paths": [1000, 2000] }, "repeats": 3 } """);
        string path = _folder.Write("run/plan.jsonl", "");
        PlanFile.Write(path, plan);
        Func<CellId, ExperimentCell> bind = PlanFile.Read(path).Binder(ShippedComponents.Catalogue);
        Assert.Equal(6, plan.Cells.Count);
        Assert.All(plan.Cells, cell => Assert.Equal(cell.Key, bind(cell.Id).Key));
    }

    [Fact]
    public void A_study_takes_the_place_of_the_solver_of_what_it_extends()
    {
        _folder.Write("base.json", $$"""
            { {{Data}}, "schedule": "ornstein-uhlenbeck", "model": "exact-mixture", "grid": "log-snr", "solver": "heun", "steps": 5, "samples": 10 }
            """);
        ExperimentPlan plan = Plan("""
            "extends": "base.json", "study": { "use": "fokker-planck", "until": 1 },
            "model": null, "grid": null, "solver": null, "steps": null, "samples": null
            """);
        Assert.Equal("fokker-planck", plan.Cells.Single().Experiment.Study?.Name);
    }
}
