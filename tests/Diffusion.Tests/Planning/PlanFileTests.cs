using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>A plan's file holds everything that its cells are, and tells when it does not fit what is installed.</summary>
public sealed class PlanFileTests : IDisposable
{
    private const string Manifest = """
        {
          "extends": "sound.json",
          "name": "planned",
          "description": "two words",
          "data": { "use": "csv", "path": "rows.csv" },
          "model": "mlp", "loss": "noise-prediction", "training": { "steps": 30 },
          "sweep": { "axes": { "solver": ["euler", { "use": "ddim", "eta": 0.25 }], "steps": [5, 10] }, "when": [{ "if": { "solver": "euler" },
            "axes": { "schedule.sigmaMax": [5, 10] } }], "repeats": 2 }
        }
        """;

    private readonly ManifestFolder _folder = new();
    private readonly string _path;

    public PlanFileTests()
    {
        _folder.Write("sound.json", ManifestFolder.Sound);
        _folder.Write("rows.csv", "x\n1\n");
        _path = _folder.Write("run/plan.jsonl", "");
        _folder.Write("run/manifest.json", "{}");
    }

    public void Dispose() => _folder.Dispose();

    private ExperimentPlan Written(string text = Manifest)
    {
        ExperimentPlan plan = _folder.Plan(text);
        PlanFile.Write(_path, plan);
        return plan;
    }

    [Fact]
    public void Read_back_every_cell_is_what_it_was()
    {
        ExperimentPlan plan = Written();
        ExperimentPlan thawed = PlanFile.Read(_path).Thaw(FakeComponents.Catalogue);
        Assert.Equal(
            (plan.Name, plan.Description, plan.Key, plan.Repeats, plan.Merged), (thawed.Name, thawed.Description, thawed.Key, thawed.Repeats, thawed.Merged));
        Assert.Equal(
            plan.Axes.Select(axis => $"{axis.Path} {string.Join(' ', axis.Labels)}"),
            thawed.Axes.Select(axis => $"{axis.Path} {string.Join(' ', axis.Labels)}"));
        Assert.Equal(12, thawed.Cells.Count);
        Assert.All(plan.Cells.Zip(thawed.Cells), pair =>
        {
            (ExperimentCell before, ExperimentCell after) = pair;
            Assert.Equal(
                (before.Index, before.Repeat, before.Key, before.SamplingKey, before.TrainingKey, before.DataKey),
                (after.Index, after.Repeat, after.Key, after.SamplingKey, after.TrainingKey, after.DataKey));
            Assert.Equal(before.AxisValues, after.AxisValues);
            Assert.Equal(before.Canonical.ToJsonString(), after.Canonical.ToJsonString());
        });
    }

    [Fact]
    public void Files_are_found_from_the_plans_own_place()
    {
        Written();
        Assert.Contains("\"../rows.csv\"", File.ReadAllText(_path).Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_part_stands_once_however_many_cells_have_it()
    {
        Written();
        Assert.Single(File.ReadAllLines(_path), line => line.StartsWith("{\"member\":\"data\"", StringComparison.Ordinal));
        Assert.Equal(2, File.ReadAllLines(_path).Count(line => line.StartsWith("{\"member\":\"solver\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_plan_whose_data_have_changed_is_refused_with_what_differs()
    {
        CellId id = Written().Cells[0].Id;
        File.WriteAllText(_folder.At("rows.csv"), "x\n2\n");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => PlanFile.Read(_path).Binder(FakeComponents.Catalogue)(id));
        Assert.Contains($"cell {id} was planned with other components: data.path sha256:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_is_not_in_the_plan_is_refused_by_name()
    {
        Written();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => PlanFile.Read(_path).Binder(FakeComponents.Catalogue)(CellId.Parse("none")));
        Assert.Contains("the plan has no cell 'none'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_cut_anywhere_is_refused_by_name()
    {
        Written();
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 0; length < whole.Length - 1; length += 37)
        {
            File.WriteAllBytes(_path, whole[..length]);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => PlanFile.Read(_path));
            Assert.StartsWith(_path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_plan_with_any_bit_flipped_is_refused_by_name()
    {
        Written();
        byte[] whole = File.ReadAllBytes(_path);
        for (int place = 0; place < whole.Length; place += 29)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(_path, damaged);
            Assert.Contains("damaged plan", Assert.Throws<InvalidDataException>(() => PlanFile.Read(_path)).Message, StringComparison.Ordinal);
            Assert.False(PlanFile.IsWhole(_path));
            Assert.Null(PlanFile.Find(_path));
        }
    }

    [Theory]
    [InlineData(
        """{"solver":"{\"$from\":\"Fakes 1.0.0\",\"eta\":0,\"use\":\"ddim\"}"}""",
        """{"solver":"{\"$from\":\"Fakes 1.0.0\",\"eta\":0.5,\"use\":\"ddim\"}"}""",
        "solver.eta 0 → 0.5")]
    [InlineData(
        """{"solver":"{\"$from\":\"Fakes 1.0.0\",\"use\":\"ddim\"}"}""",
        """{"solver":"{\"$from\":\"Fakes 1.1.0\",\"use\":\"ddim\"}"}""",
        "component version changed: Fakes 1.0.0 → Fakes 1.1.0")]
    [InlineData(
        """{"solver":"{\"$from\":\"A 1.0.0\",\"eta\":0,\"use\":\"ddim\"}"}""",
        """{"solver":"{\"$from\":\"B 1.0.0\",\"rho\":7,\"use\":\"heun\"}"}""",
        "solver ddim → heun")]
    [InlineData(
        """{"metrics":"[{\"use\":\"mmd\"}]","steps":"4"}""",
        """{"metrics":"[{\"use\":\"mmd\"},{\"use\":\"sliced\",\"$from\":\"A 1\"}]","nfe":"4"}""",
        "metrics[sliced] unset → sliced, steps 4 → unset, nfe unset → 4")]
    [InlineData("""{"seed":"1"}""", """{"seed":"1"}""", "")]
    public void Changes_are_told_by_path(string before, string after, string changes)
    {
        static Dictionary<string, string> Read(string json) => System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
        Assert.Equal(changes, string.Join(", ", CompositionChange.Between(Read(before), Read(after))));
    }
}
