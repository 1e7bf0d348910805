using Diffusion.Core.Training;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Planning;

/// <summary>What a manifest's content is bound to, and what is said about content that cannot be.</summary>
public sealed class ExperimentBinderTests : IDisposable
{
    private const string Training = """
        {
          "extends": "sound.json",
          "model": { "use": "mlp", "hidden": [64, 1e2], "activation": "leaky-relu", "dropout": 0.5 },
          "loss": "noise-prediction",
          "seed": 7,
          "training": { "steps": 30, "optimizer": "adamw", "schedule": { "use": "exploding", "sigmaMax": 100 } }
        }
        """;

    private readonly ManifestFolder _folder = new();

    public ExperimentBinderTests() => _folder.Write("sound.json", ManifestFolder.Sound);

    public void Dispose() => _folder.Dispose();

    private string[] Problems(string members) => _folder.Problems($$"""{ "extends": "sound.json", {{members}} }""");

    [Theory]
    [InlineData("cuda", "'cuda': this torch has cpu only")]
    [InlineData("cuda:3", "'cuda:3': this torch has cpu only")]
    [InlineData("mps", "'mps': this torch has cpu only")]
    public void A_device_that_is_not_there_is_refused_at_its_line(string device, string reason)
    {
        Assert.SkipWhen(cuda.is_available() || mps_is_available(), "This machine has more than a processor.");
        string problem = Assert.Single(Problems($$"""
            "samples": 10,
            "device": "{{device}}"
            """));
        Assert.Contains("json:2:", problem, StringComparison.Ordinal);
        Assert.Contains("$.device", problem, StringComparison.Ordinal);
        Assert.EndsWith(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("cpu:7")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:99999999999")]
    public void A_device_that_makes_no_sense_is_told_what_is_allowed(string device) =>
        Assert.Contains("must be 'cpu', 'cuda', 'cuda:N' or 'mps'", Assert.Single(Problems($"\"device\": \"{device}\"")), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("mlflow.db")]
    [InlineData("Models")]
    [InlineData("outbox")]
    [InlineData("mlartifacts")]
    [InlineData("nul")]
    [InlineData("con.txt")]
    [InlineData("ends.")]
    [InlineData("a/b")]
    [InlineData("..")]
    public void A_name_that_cannot_be_a_folder_of_its_own_is_refused(string name) =>
        Assert.Contains("$.name", Assert.Single(Problems($"\"name\": \"{name}\"")), StringComparison.Ordinal);

    [Theory]
    [InlineData("models.json", "experiment-models")]
    [InlineData("con.json", "experiment-con")]
    [InlineData("mlflow.db.json", "experiment-mlflow.db")]
    [InlineData("first light.json", "first-light")]
    [InlineData("....json", "experiment")]
    public void A_file_that_is_called_as_no_experiment_can_be_names_it_nearly_so(string file, string name)
    {
        _folder.Write(file, """{ "extends": "sound.json" }""");
        Assert.Equal(name, _folder.Load(file).Name);
    }

    [Theory]
    [InlineData("models-1")]
    [InlineData("models.v2")]
    [InlineData("console")]
    [InlineData("v1.2")]
    public void Names_beside_the_reserved_ones_are_free(string name) =>
        Assert.Equal(name, _folder.Single($$"""{ "extends": "sound.json", "name": "{{name}}" }""").Name);

    [Fact]
    public void Everything_stated_arrives_and_the_rest_has_its_default()
    {
        Experiment experiment = _folder.Single(ManifestFolder.Sound);
        Assert.Equal("sound", experiment.Name);
        Assert.Equal("", experiment.Description);
        Assert.Equal((0, 10, 100, 4096), (experiment.Seed, experiment.Steps, experiment.Samples, experiment.Batch));
        Assert.Equal((ScalarType.Float32, "cpu"), (experiment.Dtype, experiment.Device));
        Assert.Equal(new FakeComponents.DdimOptions { Eta = 0.5 }, experiment.Solver.Options);
        Assert.Equal(new FakeComponents.ExplodingOptions { SigmaMin = 0.01, SigmaMax = 10 }, experiment.Schedule.Options);
        Assert.Null(experiment.Grid.Options);
        Assert.Equal(typeof(FakeComponents.UniformGrid), experiment.Grid.Descriptor.ImplementationType);
        Assert.Equal([[0, 0], [1, 2]], ((FakeComponents.PointsOptions)experiment.Data.Options!).Rows);
        Assert.Equal(["mmd", "sliced"], experiment.Metrics.Select(m => m.Name));
        Assert.Null(experiment.Training);
        Assert.Null(experiment.Loss);
    }

    [Fact]
    public void Every_kind_of_value_is_bound()
    {
        Experiment experiment = _folder.Single(Training, "dtype=float64", "device=cpu", "description=\"A try\"", "data.rows=[[1, 2.5]]");
        var model = (FakeComponents.MlpOptions)experiment.Model.Options!;
        Assert.Equal([64, 100], model.Hidden);
        Assert.Equal((FakeComponents.Activation.LeakyRelu, 0.5f), (model.Activation, model.Dropout));
        Assert.Equal((ScalarType.Float64, "cpu", "A try"), (experiment.Dtype, experiment.Device, experiment.Description));
        Assert.Equal([[1, 2.5]], ((FakeComponents.PointsOptions)experiment.Data.Options!).Rows);
        Assert.Null(((FakeComponents.MlpOptions)_folder.Single(Training, "model.dropout=null").Model.Options!).Dropout);
    }

    [Fact]
    public void Training_takes_the_engines_defaults_and_the_manifests_seed_and_schedule()
    {
        TrainingPlan training = _folder.Single(Training).Training!;
        Assert.Equal(new TrainingSettings { Steps = 30, Optimizer = OptimizerKind.AdamW, Seed = 7 }, training.Settings);
        Assert.Equal("""{"use":"exploding","sigmaMin":0.01,"sigmaMax":100}""", training.Schedule.Json);
        Assert.Equal("uniform", training.TimeSampler.Name);
        Assert.Null(training.Weighting);

        Experiment experiment = _folder.Single(Training, "training={\"seed\": 9, \"ema\": 0, \"stratified\": false}");
        Assert.Equal((9, 0, false), (experiment.Training!.Settings.Seed, experiment.Training.Settings.Ema, experiment.Training.Settings.Stratified));
        Assert.Same(experiment.Schedule, experiment.Training.Schedule);
    }

    [Theory]
    [InlineData("training.weighting=cut-off", 5)]
    [InlineData("training.weighting={\"use\":\"cut-off\",\"gamma\":2}", 2)]
    public void A_weighting_stands_beside_the_time_sampler(string set, double gamma)
    {
        Experiment experiment = _folder.Single(Training, set);
        Assert.Equal(new FakeComponents.CutOffOptions { Gamma = gamma }, experiment.Training!.Weighting!.Options);
        Assert.Contains(
            FormattableString.Invariant($$""""weighting":{"use":"cut-off","gamma":{{gamma}}}""""),
            experiment.ToJson().ToJsonString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_may_set_the_losss_own_weighting_beside_others()
    {
        ExperimentPlan plan = _folder.Plan(Training, "sweep.axes={\"training.weighting\":[null,\"cut-off\"]}");
        Assert.Equal([null, "cut-off"], plan.Cells.Select(cell => cell.Experiment.Training!.Weighting?.Name));
        Assert.Equal(_folder.Plan(Training).Cells[0].TrainingKey, plan.Cells[0].TrainingKey);
        Assert.NotEqual(plan.Cells[0].TrainingKey, plan.Cells[1].TrainingKey);
    }

    [Fact]
    public void What_does_not_learn_has_no_training_even_where_some_is_stated()
    {
        Experiment experiment = _folder.Single(Training, "model=exact");
        Assert.Null(experiment.Training);
        Assert.Null(experiment.Loss);
    }

    [Fact]
    public void What_learns_needs_loss_and_training() =>
        Assert.Equal(
            [
                "experiment.json:1:1  $  missing key 'loss': score model 'mlp' is trained",
                "experiment.json:1:1  $  missing key 'training': score model 'mlp' is trained",
            ],
            Problems(""" "model": "mlp" """));

    [Fact]
    public void Everything_that_is_missing_is_told_at_once() =>
        Assert.Equal(
            ["samples", "data", "schedule", "model", "grid", "solver", "steps' (or 'nfe', a budget of evaluations)"],
            _folder.Problems("{}").Select(p => p.Replace("experiment.json:1:1  $  missing key ", "", StringComparison.Ordinal).Trim('\'')));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() =>
        Assert.Equal(
            [
                "experiment.json:3:11  $.data  unknown data 'pionts'; did you mean 'points'? (known: csv, points)",
                "experiment.json:4:49  $.schedule.sigmaMax  must be greater than 0 and at most 1000000, found 0",
                "experiment.json:5:3  $.modle  unknown key 'modle'; did you mean 'model'? (known: batch, confidence, data, description, device, dtype, "
                    + "expect, extends, grid, keep, loss, metrics, model, name, nfe, noise, reference, samples, schedule, seed, solver, start, steps, "
                    + "study, sweep, training)",
                "experiment.json:6:12  $.steps  expected a whole number, found a string",
                "experiment.json:7:15  $.metrics[0]  expected a metric (its name, or an object with 'use'), found a number",
                "experiment.json:7:37  $.metrics[1].porjections  unknown key 'porjections' in metric 'sliced'; did you mean 'projections'? (known: "
                    + "projections)",
            ],
            _folder.Problems("""
                {
                  "extends": "sound.json",
                  "data": "pionts",
                  "schedule": { "use": "exploding", "sigmaMax": 0 },
                  "modle": "exact",
                  "steps": "ten",
                  "metrics": [3, { "use": "sliced", "porjections": 1 }]
                }
                """));

    [Theory]
    [InlineData(""" "solver": §3 """, "$.solver  expected a solver (its name, or an object with 'use'), found a number")]
    [InlineData(
        """ "solver": §["euler"] """,
        "$.solver  expected a solver (its name, or an object with 'use'), found an array; to compare several values, make them an axis: "
            + "\"sweep\": { \"axes\": { \"solver\": [...] } }")]
    [InlineData(""" "solver": { "use": §true } """, "$.solver.use  expected the name of a solver, found true")]
    [InlineData(""" "training": { "timeSampler": §{ "eta": 1 } } """, "$.training.timeSampler  missing key 'use', the name of a time sampler")]
    [InlineData(""" "training": { "weighting": §"cutoff" } """, "$.training.weighting  unknown weighting 'cutoff'; did you mean 'cut-off'? (known: cut-off)")]
    [InlineData(""" "training": { "weighting": { "use": "cut-off", "gamma": §-1 } } """, "$.training.weighting.gamma  must be between 0 and 100, found -1")]
    [InlineData(""" "training": { "weighting": §4 } """, "$.training.weighting  expected a weighting (its name, or an object with 'use'), found a number")]
    [InlineData(""" "solver": { "use": "euler", §"eta": 1 } """, "$.solver.eta  unknown key 'eta' in solver 'euler' (known: none)")]
    [InlineData(""" "solver": { "eta": §"much" } """, "$.solver.eta  expected a number, found a string")]
    [InlineData(""" "solver": { "eta": §null } """, "$.solver.eta  expected a number, found null")]
    [InlineData(""" "solver": { "eta": §1e400 } """, "$.solver.eta  1e400 is too large for a float64 number")]
    [InlineData(""" "solver": { "eta": §-0.5 } """, "$.solver.eta  must be between 0 and 1, found -0.5")]
    [InlineData(""" "steps": §2.5 """, "$.steps  expected a whole number, found 2.5")]
    [InlineData(""" "steps": §1e-40 """, "$.steps  expected a whole number, found 1e-40")]
    [InlineData(""" "steps": §0 """, "$.steps  must be between 1 and 1000000, found 0")]
    [InlineData(""" "steps": §3e9 """, "$.steps  must be between -2147483648 and 2147483647, found 3e9")]
    [InlineData(""" "seed": §-1 """, "$.seed  must be at least 0, found -1")]
    [InlineData(""" "batch": §0 """, "$.batch  must be at least 1, found 0")]
    [InlineData(
        """ "batch": §[1] """,
        """$.batch  expected a whole number, found an array; to compare several values, make them an axis: "sweep": { "axes": { "batch": [...] } }""")]
    [InlineData(""" "name": §["a"] """, "$.name  expected a string, found an array")]
    [InlineData(""" "dtype": §"float16" """, "$.dtype  unknown value 'float16'; did you mean 'float32'? (known: float32, float64)")]
    [InlineData(""" "device": §"gpu" """, "$.device  must be 'cpu', 'cuda', 'cuda:N' or 'mps'")]
    [InlineData(""" "name": §"a/b" """, "$.name  a name has up to 100 letters, digits, dots, underscores and hyphens, as it names a folder")]
    [InlineData(""" "metrics": §"mmd" """, "$.metrics  expected an array of metrics, found a string")]
    [InlineData(
        """ "metrics": ["mmd", "sliced", §{ "use": "sliced", "projections": 128.0 }] """,
        "$.metrics[2]  metric 'sliced' is stated twice with the same options")]
    [InlineData(""" "training": §5 """, "$.training  expected an object, found a number")]
    [InlineData(""" "training": { "ema": §1 } """, "$.training.ema  must be at least 0 and less than 1, found 1")]
    [InlineData(
        """ "training": { "optimizer": §"adam-w" } """, "$.training.optimizer  unknown value 'adam-w'; did you mean 'adamw'? (known: adam, adamw, sgd)")]
    [InlineData(""" "data": { "rows": [[1, 2], [3, §"x"]] } """, "$.data.rows[1][1]  expected a number, found a string")]
    [InlineData(""" "data": { "rows": [[1, 2], [3, §1000]] } """, "$.data.rows[1][1]  must be between -100 and 100, found 1000")]
    [InlineData(""" "data": { "rows": [[1, 2], §3] } """, "$.data.rows[1]  expected an array, found a number")]
    [InlineData(
        """ "model": { "use": "mlp", "hidden": §[] }, "loss": "noise-prediction", "training": {} """,
        "$.model.hidden  'hidden' must have a length of at least 1")]
    [InlineData(
        """ "model": { "use": "mlp", "activation": §"relu" } """, "$.model.activation  unknown value 'relu'; did you mean 'silu'? (known: leaky-relu, silu)")]
    public void A_bad_value_is_told_with_its_place_and_what_would_do(string members, string problem) =>
        Assert.Equal(problem, _folder.ProblemAt($$"""{ "extends": "sound.json", {{members}} }"""));

    [Fact]
    public void A_rule_between_options_points_at_one_of_them() =>
        Assert.Equal(
            "$.schedule.sigmaMin  sigmaMin must be below sigmaMax", _folder.ProblemAt("""{ "extends": "sound.json", "schedule": { "sigmaMin": §20 } }"""));

    [Fact]
    public void A_file_is_looked_for_beside_the_file_that_names_it()
    {
        _folder.Write("data/rows.csv", "x\n1\n");
        _folder.Write("data/base.json", """{ "extends": "../sound.json", "data": { "use": "csv", "path": "rows.csv" } }""");
        Experiment experiment = _folder.Single("""{ "extends": "data/base.json" }""");
        Assert.Equal(_folder.At(Path.Combine("data", "rows.csv")), ((FakeComponents.CsvOptions)experiment.Data.Options!).Path);
        Assert.Equal("""{"use":"csv","path":"rows.csv","columns":[],"standardize":true}""", experiment.Data.Json);
    }

    [Fact]
    public void A_missing_file_or_path_is_told()
    {
        // Where a file can be had is said with its absence, where the component says it.
        Assert.Equal(
            "$.data.path  file not found: no.csv. It is made by hand",
            _folder.ProblemAt("""{ "extends": "sound.json", "data": { "use": "csv", "path": §"no.csv" } }"""));
        Directory.CreateDirectory(_folder.At("emptydir"));
        Assert.Equal(
            "$.data.path  emptydir is a folder; a CSV file is expected",
            _folder.ProblemAt("""{ "extends": "sound.json", "data": { "use": "csv", "path": §"emptydir" } }"""));
        Assert.EndsWith(
            "is a folder; a CSV file is expected",
            _folder.ProblemAt("""{ "extends": "sound.json", "data": { "use": "csv", "path": §"" } }"""),
            StringComparison.Ordinal);
        Assert.Equal("$.data  missing key 'path' in data 'csv'", _folder.ProblemAt("""{ "extends": "sound.json", "data": §{ "use": "csv" } }"""));
        Assert.Equal("$.data  missing key 'path' in data 'csv'", _folder.ProblemAt("""{ "extends": "sound.json", "data": §"csv" }"""));
    }

    [Fact]
    public void Problems_of_several_files_are_told_together_and_only_fifty_are_shown()
    {
        _folder.Write(
            "more.json", $$"""{ "extends": "sound.json", "steps": 0, "data": { "rows": [[{{string.Join(',', Enumerable.Repeat("\"x\"", 60))}}]] } }""");
        _folder.Write("experiment.json", """{ "extends": "more.json", "samples": 0 }""");
        var error = Assert.Throws<Diffusion.Experiments.Manifests.ManifestException>(() => _folder.Load("experiment.json"));
        Assert.Equal(62, error.Problems.Count);
        string[] lines = error.Message.Split('\n');
        Assert.Equal(51, lines.Length);
        Assert.Equal("… and 12 more problems", lines[^1]);
        Assert.Equal(["more.json", "experiment.json"], error.Problems.Select(p => Path.GetFileName(p.Source)).Distinct());
    }

    [Fact]
    public void The_whole_experiment_reads_back_from_its_JSON()
    {
        Experiment experiment = _folder.Single(Training);
        string json = experiment.ToJson().ToJsonString();
        Assert.Equal(json, _folder.Single(json).ToJson().ToJsonString());
        Assert.Contains("\"optimizer\":\"adamw\"", json, StringComparison.Ordinal);
    }
}
