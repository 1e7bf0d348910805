using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Xunit;

namespace Diffusion.Tests.Manifests;

/// <summary>What <c>extends</c> and <c>--set</c> make of manifests.</summary>
public sealed class ManifestReaderTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public ManifestReaderTests() => _folder.Write("base.json", ManifestFolder.Sound);

    public void Dispose() => _folder.Dispose();

    private Experiment Extended(string members, params string[] sets) => _folder.Single($$"""{ "extends": "base.json", {{members}} }""", sets);

    [Fact]
    public void The_extending_file_lies_over_the_extended_one()
    {
        Experiment experiment = Extended(""" "steps": 20, "schedule": { "sigmaMin": 0.5 } """);
        Assert.Equal(20, experiment.Steps);
        Assert.Equal(100, experiment.Samples);
        Assert.Equal("""{"use":"exploding","sigmaMin":0.5,"sigmaMax":10}""", experiment.Schedule.Json);
    }

    [Theory]
    [InlineData("""{ "use": "ancestral" }""", """{"use":"ancestral","eta":1}""")]
    [InlineData("\"ancestral\"", """{"use":"ancestral","eta":1}""")]
    [InlineData("\"ddim\"", """{"use":"ddim","eta":0.5}""")]
    [InlineData("""{ "eta": 0.25 }""", """{"use":"ddim","eta":0.25}""")]
    [InlineData("""{ "use": "ddim" }""", """{"use":"ddim","eta":0.5}""")]
    public void Options_are_kept_for_the_same_component_only(string solver, string expected) =>
        Assert.Equal(expected, Extended($"\"solver\": {solver}").Solver.Json);

    [Fact]
    public void A_bare_name_takes_options_that_are_laid_over_it()
    {
        _folder.Write("bare.json", ManifestFolder.Sound.Replace("""{ "use": "ddim", "eta": 0.5 }""", "\"ddim\"", StringComparison.Ordinal));
        Experiment experiment = _folder.Single("""{ "extends": "bare.json", "solver": { "eta": 1 } }""");
        Assert.Equal("""{"use":"ddim","eta":1}""", experiment.Solver.Json);
    }

    [Fact]
    public void Arrays_are_replaced_and_null_takes_back()
    {
        Assert.Equal(["mmd"], Extended(""" "metrics": ["mmd"] """).Metrics.Select(m => m.Name));
        Assert.Empty(Extended(""" "metrics": null """).Metrics);
    }

    [Fact]
    public void Several_files_are_laid_over_each_other_in_order_relative_to_the_file_that_names_them()
    {
        _folder.Write("parts/a.json", """{ "steps": 1, "samples": 1 }""");
        _folder.Write("parts/b.json", """{ "extends": "a.json", "steps": 2 }""");
        Experiment experiment = _folder.Single("""{ "extends": ["base.json", "parts/b.json"], "batch": 7 }""");
        Assert.Equal((2, 1, 7), (experiment.Steps, experiment.Samples, experiment.Batch));
    }

    [Fact]
    public void A_name_belongs_to_its_own_file()
    {
        Assert.Equal("experiment", Extended(""" "steps": 1 """).Name);
        Assert.Equal("mine", Extended(""" "name": "mine" """).Name);
        Assert.Equal("set", Extended(""" "name": "mine" """, "name=set").Name);
    }

    [Fact]
    public void A_name_made_of_the_file_name_is_fit_for_a_folder()
    {
        _folder.Write("my first try!.json", """{ "extends": "base.json" }""");
        Assert.Equal("my-first-try", _folder.Load("my first try!.json").Name);
    }

    [Fact]
    public void A_circle_is_refused_with_its_members()
    {
        _folder.Write("a.json", """{ "extends": "b.json" }""");
        _folder.Write("b.json", """{ "extends": ["base.json", "a.json"] }""");
        Assert.Equal(["b.json:1:28  $.extends[1]  extends itself: a.json → b.json → a.json"], _folder.ProblemsOf("a.json"));
    }

    [Fact]
    public void One_file_may_be_extended_on_two_ways()
    {
        _folder.Write("left.json", """{ "extends": "base.json", "steps": 3 }""");
        _folder.Write("right.json", """{ "extends": "base.json", "samples": 4 }""");
        Experiment experiment = _folder.Single("""{ "extends": ["left.json", "right.json"] }""");
        Assert.Equal((10, 4), (experiment.Steps, experiment.Samples));
    }

    [Fact]
    public void Files_that_are_missing_or_not_manifests_are_told_where_they_are_named()
    {
        _folder.Write("array.json", "[]");
        _folder.Write("broken.json", "{ \"steps\": }");
        Assert.Equal(
            [
                $"experiment.json:1:15  $.extends[0]  file not found: {_folder.At("nowhere.json")}".Replace(
                    _folder.FullPath + Path.DirectorySeparatorChar, "", StringComparison.Ordinal),
                "experiment.json:1:60  $.extends[3]  expected the path of a manifest, found a number",
                "array.json:1:1  $  expected an object, found an array",
                "broken.json:1:12  not valid JSON: '}' is an invalid start of a value.",
            ],
            _folder.Problems("""{ "extends": ["nowhere.json", "array.json", "broken.json", 4] }"""));
        Directory.CreateDirectory(_folder.At("folder"));
        Assert.Equal("$.extends  a folder, where a manifest is expected: folder", _folder.ProblemAt("""{ "extends": §"folder" }"""));
        Assert.Equal(["missing.json  file not found"], _folder.ProblemsOf("missing.json"));
    }

    [Theory]
    [InlineData("solver.eta=0.75", """{"use":"ddim","eta":0.75}""")]
    [InlineData("solver=euler", """{"use":"euler"}""")]
    [InlineData("solver=\"euler\"", """{"use":"euler"}""")]
    [InlineData("solver=ddim", """{"use":"ddim","eta":0}""")]
    [InlineData("solver={\"use\":\"ancestral\",\"eta\":2}", """{"use":"ancestral","eta":2}""")]
    public void Set_replaces_what_stands_at_its_path(string set, string expected) =>
        Assert.Equal(expected, _folder.Single(ManifestFolder.Sound, set).Solver.Json);

    [Fact]
    public void Set_reaches_into_arrays_bare_names_sweeps_and_what_is_not_there_yet()
    {
        ExperimentPlan plan = _folder.Plan(
            ManifestFolder.Sound,
            "solver=ddim",
            "schedule={\"use\":\"exploding\"}",
            "metrics[1].projections=8",
            "training.steps=5",
            "sweep.axes.solver.eta=[0, 1]",
            "sweep.repeats=2");
        Assert.Equal(4, plan.Cells.Count);
        Assert.Equal("solver.eta", Assert.Single(plan.Axes).Path);
        Assert.Equal("""{"use":"sliced","projections":8}""", plan.Cells[0].Experiment.Metrics[1].Json);
    }

    [Theory]
    [InlineData("steps", "--set steps  expected path=value, for instance solver.eta=0.5")]
    [InlineData("=3", "--set =3  expected path=value, for instance solver.eta=0.5")]
    [InlineData("a..b=3", "--set a..b=3  'a..b' is not a path such as solver.eta or metrics[0].projections")]
    [InlineData("extends=other.json", "--set extends=other.json  a manifest can be extended only from a file")]
    [InlineData("solver={\"use\"", "--set solver={\"use\"  $.solver  not valid JSON: Expected a value, but instead reached end of data.")]
    [InlineData("solver={\"use\":\"ddim\",\"use\":\"euler\"}", "--set solver={\"use\":\"ddim\",\"use\":\"euler\"}  $.solver.use  key 'use' is stated twice")]
    [InlineData("steps.more=1", "--set steps.more=1  $.steps.more  there is no $.steps.more: $.steps is a number")]
    [InlineData("metrics[2]=mmd", "--set metrics[2]=mmd  $.metrics[2]  there is no $.metrics[2]: $.metrics is an array of 2 elements")]
    [InlineData("loss[0]=mmd", "--set loss[0]=mmd  $.loss[0]  there is no $.loss[0]: $.loss is not stated")]
    [InlineData("steps=many", "--set steps=many  $.steps  expected a whole number, found a string")]
    [InlineData("solver.etaa=1", "--set solver.etaa=1  $.solver.etaa  unknown key 'etaa' in solver 'ddim'; did you mean 'eta'? (known: eta)")]
    [InlineData("solver.eta=1.5", "--set solver.eta=1.5  $.solver.eta  must be between 0 and 1, found 1.5")]
    [InlineData("solver=dimm", "--set solver=dimm  $.solver  unknown solver 'dimm'; did you mean 'ddim'? (known: ancestral, ddim, euler)")]
    public void A_bad_set_is_told_with_its_text(string set, string problem) =>
        Assert.Equal([problem], _folder.Problems(ManifestFolder.Sound, set));

    [Theory]
    [InlineData("solver.eta=0.1", "solver=ddim")]
    [InlineData("solver=ddim", "solver.eta=0.1")]
    public void A_component_is_set_before_its_options_in_whatever_order_they_are_given(string first, string second) =>
        Assert.Equal("""{"use":"ddim","eta":0.1}""", _folder.Single(ManifestFolder.Sound, first, second).Solver.Json);

    [Theory]
    [InlineData("steps=5", "steps=6", "--set steps=6  $.steps  conflicts with '--set steps=5': give one of them")]
    [InlineData("steps=5", "nfe=6", "--set nfe=6  $.nfe  conflicts with '--set steps=5': give one of them")]
    [InlineData("solver.eta=0.1", "solver=euler", "--set solver.eta=0.1  $.solver.eta  unknown key 'eta' in solver 'euler' (known: none)")]
    public void No_set_is_dropped_silently(string first, string second, string problem) =>
        Assert.Equal([problem], _folder.Problems(ManifestFolder.Sound, first, second));

    [Fact]
    public void What_is_no_manifest_at_all_is_told_in_a_line()
    {
        Assert.Equal(["experiment.json  is empty; a JSON object is expected"], _folder.Problems(" \n"));
        Assert.Equal(
            "manifest  the path of a manifest is expected, found an empty text",
            Assert.Throws<ManifestException>(() => ExperimentLoader.Load("", [], FakeComponents.Catalogue, null!)).Message);
        Assert.EndsWith(
            "file not found",
            Assert.Throws<ManifestException>(() => ExperimentLoader.Load("no\0where", [], FakeComponents.Catalogue, null!)).Message,
            StringComparison.Ordinal);
        string key = new('k', 5000);
        Assert.Equal(
            "$['kkkkkkkkkkkkkkkkkkkk…']  a key of 5000 characters; the limit is 1000",
            _folder.ProblemAt(ManifestFolder.Sound.Replace("\"data\"", $"§\"{key}\": 1, \"data\"", StringComparison.Ordinal)));
        Assert.Equal(["experiment.json  5 MiB are too much for a manifest; the limit is 4 MiB"], _folder.Problems(new string(' ', 5 << 20)));
    }

    [Fact]
    public void Manifests_that_extend_the_same_others_are_read_once_each()
    {
        for (int level = 0; level < 40; level++)
            _folder.Write($"{level}.json", level == 39 ? ManifestFolder.Sound : $$"""{ "extends": ["{{level + 1}}.json", "{{level + 1}}.json"] }""");
        Assert.Single(_folder.Load("0.json").Cells);
    }

    [Fact]
    public void A_chain_of_manifests_without_end_is_told_where_it_is_given_up()
    {
        for (int level = 0; level < 60; level++)
            _folder.Write($"{level}.json", $$"""{ "extends": "{{level + 1}}.json" }""");
        Assert.Equal(["50.json:1:14  $.extends  more than 50 manifests that each extend the next, which is the limit"], _folder.ProblemsOf("0.json"));
    }

    [Fact]
    public void A_file_of_rubbish_is_told_of_as_far_as_anybody_reads()
    {
        string[] problems =
            _folder.Problems(ManifestFolder.Sound.Replace("\"mmd\"", string.Join(',', Enumerable.Repeat("1", 200_000)), StringComparison.Ordinal));
        Assert.Equal(1000, problems.Length);
        string members = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"k{i}\": 1"));
        Assert.Contains("an object of more than 10000 keys, which is the limit", _folder.Problems($"{{ {members} }}")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_text_without_end_the_beginning_and_what_is_allowed_are_told()
    {
        string problem = Assert.Single(
            _folder.Problems(ManifestFolder.Sound.Replace("\"grid\": \"uniform\"", $"\"grid\": \"{new string('u', 1_000_000)}\"", StringComparison.Ordinal)));
        Assert.InRange(problem.Length, 100, 2000);
        Assert.Contains("unknown grid 'uuu", problem, StringComparison.Ordinal);
        Assert.EndsWith("(known: uniform)", problem, StringComparison.Ordinal);
        string path = string.Join('.', Enumerable.Repeat("a", 100_000));
        Assert.EndsWith(
            "is not a path such as solver.eta or metrics[0].projections",
            Assert.Single(_folder.Problems(ManifestFolder.Sound, $"{path}=1")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_another_kind_is_told_as_such() =>
        Assert.Equal(
            ["--set solver=uniform  $.solver  'uniform' is a grid and a time sampler, not a solver"], _folder.Problems(ManifestFolder.Sound, "solver=uniform"));
}
