using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>What axes and repeats make of a manifest.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public SweepTests() => _folder.Write("sound.json", ManifestFolder.Sound);

    public void Dispose() => _folder.Dispose();

    private static string Sweep(string sweep) => $$"""
        {
          "extends": "sound.json",
          "sweep": {{sweep}}
        }
        """;

    private ExperimentPlan Plan(string axes) => _folder.Plan(Sweep($$"""{ "axes": { {{axes}} } }"""));

    private string[] Problems(string axes) => _folder.Problems(Sweep($$"""{ "axes": { {{axes}} } }"""));

    [Fact]
    public void Without_a_sweep_there_is_one_cell()
    {
        ExperimentPlan plan = _folder.Plan(ManifestFolder.Sound);
        ExperimentCell cell = Assert.Single(plan.Cells);
        Assert.Equal(("sound", 1, 0), (plan.Name, plan.Repeats, plan.Merged));
        Assert.Empty(plan.Axes);
        Assert.Equal((cell.Key[..12], 0, 0), (cell.Id, cell.Index, cell.Repeat));
        Assert.Empty(cell.AxisValues);
    }

    [Fact]
    public void The_product_is_taken_in_the_manifests_order_with_repeats_innermost()
    {
        ExperimentPlan plan = _folder.Plan(Sweep("""{ "axes": { "solver": ["euler", "ancestral"], "steps": [5, 10.0] }, "repeats": 2 }"""));
        Assert.Equal(["solver", "steps"], plan.Axes.Select(a => a.Path));
        Assert.Equal(["5", "10"], plan.Axes[1].Labels);
        Assert.Equal(
            [
                "euler 5 0", "euler 5 1", "euler 10 0", "euler 10 1",
                "ancestral 5 0", "ancestral 5 1", "ancestral 10 0", "ancestral 10 1",
            ],
            plan.Cells.Select(c => $"{c.AxisValues["solver"]} {c.AxisValues["steps"]} {c.Repeat}"));
        Assert.Equal(["euler", "euler", "ancestral", "ancestral"], plan.Cells.Where(c => c.Repeat == 0).Select(c => c.Experiment.Solver.Name));
        Assert.Equal(Enumerable.Range(0, 8), plan.Cells.Select(c => c.Index));
        Assert.Same(plan.Cells[0].Experiment, plan.Cells[1].Experiment);
    }

    private const string Trained =
        """ "model": "mlp", "loss": "noise-prediction", "training": { "steps": 30, "seed": 7 } """;

    private ExperimentPlan Networks(string repeats, string rest = Trained) =>
        _folder.Plan($$"""{ "extends": "sound.json", {{rest}}, "sweep": { "axes": { "steps": [5, 10] }, "repeats": {{repeats}} } }""");

    [Fact]
    public void Several_networks_stand_between_axes_and_repeats_each_with_a_seed_of_its_own()
    {
        ExperimentPlan plan = Networks("""{ "sampling": 2, "training": 3 }""");
        Assert.Equal((2, 3, 12), (plan.Repeats, plan.TrainingRepeats, plan.Cells.Count));
        Assert.Equal(
            ["5 0", "5 1", "5 1.0", "5 1.1", "5 2.0", "5 2.1", "10 0", "10 1", "10 1.0", "10 1.1", "10 2.0", "10 2.1"],
            plan.Cells.Select(cell => $"{cell.AxisValues["steps"]} {cell.Number}"));
        Assert.Equal(12, plan.Cells.Select(cell => cell.Key).Distinct().Count());
        Assert.Equal(3, plan.Cells.Select(cell => cell.TrainingKey).Distinct().Count());
        // Written down, since networks that are trained are found by them: the first has the stated seed, the others are mixed from it.
        Assert.Equal(
            [7, 8848281166517512, 1775481440270719], plan.Cells.Take(6).Select(cell => cell.Experiment.Training!.Settings.Seed).Distinct());
        Assert.Equal([0, 1, 10_000, 10_001, 20_000, 20_001], plan.Cells.Take(6).Select(cell => cell.Canonical["repeat"]!.GetValue<int>()));
        Assert.Equal(plan.Cells[0].DataKey, plan.Cells[5].DataKey);
    }

    [Theory]
    [InlineData("""{ "sampling": 2, "training": 1 }""", "2")]
    [InlineData("""{ "sampling": 2 }""", "2")]
    [InlineData("""{ "training": 1 }""", "1")]
    [InlineData("{}", "1")]
    public void One_network_is_what_a_plain_number_means(string repeats, string plain) =>
        Assert.Equal(Networks(plain).Key, Networks(repeats).Key);

    [Fact]
    public void Seeds_that_are_neighbours_share_no_network()
    {
        // Counted on from the stated seed, the second of one experiment would be the first of the next.
        string Of(int seed) => Trained.Replace("7", $"{seed}", StringComparison.Ordinal);
        string[] keys = [.. Enumerable.Range(0, 20).SelectMany(seed => Networks("""{ "training": 5 }""", Of(seed)).Cells)
            .Select(cell => $"{cell.TrainingKey}").Distinct()];
        Assert.Equal(100, keys.Length);
    }

    [Fact]
    public void A_model_that_does_not_learn_is_named_once_in_a_sweep_over_models()
    {
        string[] problems = _folder.Problems($$"""
            { "extends": "sound.json", {{Trained}}, "sweep": { "axes": { "model": ["mlp", "exact"], "steps": [1, 2, 3] }, "repeats": { "training": 2 } } }
            """);
        Assert.StartsWith("experiment.json:1:", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Contains("score model 'exact' does not learn", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_and_its_option_are_swept_together_whichever_is_stated_first()
    {
        ExperimentPlan plan = Plan(""" "solver.eta": [0, 1], "solver": ["ddim", { "use": "ancestral" }] """);
        Assert.Equal(
            ["""{"use":"ddim","eta":0}""", """{"use":"ancestral","eta":0}""", """{"use":"ddim","eta":1}""", """{"use":"ancestral","eta":1}"""],
            plan.Cells.Select(c => c.Experiment.Solver.Json));
    }

    [Fact]
    public void Whole_components_sections_and_array_elements_can_be_swept()
    {
        ExperimentPlan plan = Plan("""
            "solver": [{ "use": "ddim", "eta": 0.25 }, "euler"],
            "metrics": [["mmd"], ["mmd", { "use": "sliced", "projections": 4 }]],
            "data.rows": [[[1, 1]], [[2, 2]]]
            """);
        Assert.Equal(["ddim(eta=0.25)", "euler"], plan.Axes[0].Labels);
        Assert.Equal(["[mmd]", "[mmd,sliced(projections=4)]"], plan.Axes[1].Labels);
        Assert.Equal(["[[1,1]]", "[[2,2]]"], plan.Axes[2].Labels);
        Assert.Equal(8, plan.Cells.Count);
        Assert.Equal("""{"use":"points","rows":[[2,2]]}""", plan.Cells[^1].Experiment.Data.Json);
        Assert.Equal(["1", "2"], Plan(""" "metrics[1].projections": [1, 2] """).Cells.Select(c => c.AxisValues["metrics[1].projections"]));
    }

    [Fact]
    public void An_axis_value_replaces_what_stands_at_its_path() =>
        Assert.Equal("""{"use":"ddim","eta":0}""", Assert.Single(Plan(""" "solver": ["ddim"] """).Cells).Experiment.Solver.Json);

    [Fact]
    public void A_later_manifest_adds_replaces_and_takes_back_axes()
    {
        _folder.Write("swept.json", Sweep("""{ "axes": { "steps": [1, 2], "solver": ["ddim", "euler"] }, "repeats": 3 }"""));
        ExperimentPlan plan = _folder.Plan("""{ "extends": "swept.json", "sweep": { "axes": { "steps": [7], "solver": null, "samples": [1, 2] } } }""");
        Assert.Equal(["steps", "samples"], plan.Axes.Select(a => a.Path));
        Assert.Equal((3, 6), (plan.Repeats, plan.Cells.Count));
    }

    [Fact]
    public void Equal_cells_are_merged_and_counted()
    {
        ExperimentPlan plan =
            _folder.Plan(Sweep("""{ "axes": { "solver": ["ddim", { "use": "ddim", "eta": 0 }, "euler"], "training.steps": [1, 2] }, "repeats": 2 }"""));
        Assert.Equal(["ddim", "ddim", "euler", "euler"], plan.Cells.Select(c => c.AxisValues["solver"]));
        Assert.Equal([0, 1, 2, 3], plan.Cells.Select(c => c.Index));
        Assert.Equal(8, plan.Merged);
        // Where else they stand is kept.
        Assert.All(plan.Cells.Take(2), cell => Assert.Equal(
            ["ddim 2", "ddim(eta=0) 1", "ddim(eta=0) 2"], cell.AlsoAt!.Select(place => $"{place["solver"]} {place["training.steps"]}")));
        Assert.All(plan.Cells.Skip(2), cell => Assert.Equal(["euler 2"], cell.AlsoAt!.Select(place => $"{place["solver"]} {place["training.steps"]}")));
        Assert.Equal(2, plan.Cells.Count(cell => CellSelection.Read(["solver=ddim(eta=0),training.steps=2"], plan).Contains(cell)));
    }

    [Fact]
    public void A_place_that_two_blocks_have_is_one_place() => Assert.All(
        _folder.Plan(Sweep("""{ "union": [{ "axes": { "steps": [1, 2] } }, { "axes": { "steps": [2, 3] } }] }""")).Cells,
        cell => Assert.Null(cell.AlsoAt));

    [Fact]
    public void What_only_axes_state_is_not_missing()
    {
        ExperimentPlan plan = _folder.Plan("""
            {
              "data": { "use": "points" }, "schedule": "exploding", "grid": "uniform", "samples": 10,
              "sweep": { "axes": { "model": ["exact"], "solver": ["ddim"], "solver.eta": [1], "steps": [1, 2] } }
            }
            """);
        Assert.Equal(2, plan.Cells.Count);
    }

    [Fact]
    public void Ten_thousand_cells_share_the_parts_that_they_have_in_common()
    {
        string eta = string.Join(',', Enumerable.Range(0, 100).Select(i => $"0.{i:D2}5"));
        string sigma = string.Join(',', Enumerable.Range(1, 100));
        ExperimentPlan plan = Plan($""" "solver.eta": [{eta}], "schedule.sigmaMax": [{sigma}] """);
        Assert.Equal(10_000, plan.Cells.Select(c => c.Key).Distinct().Count());
        Assert.Equal(10_000, plan.Cells.Select(c => c.Id).Distinct().Count());
        Assert.Equal(100, plan.Cells.Select(c => c.Experiment.Solver).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal(100, plan.Cells.Select(c => c.Experiment.Schedule).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Single(plan.Cells.Select(c => c.Experiment.Data).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Theory]
    [InlineData(""" "steps": §[] """, "$.sweep.axes.steps  an axis needs at least one value")]
    [InlineData(""" "steps": §5 """, "$.sweep.axes.steps  expected an array of values, or an object with one of range, logRange, random, found a number")]
    [InlineData(""" "steps": [5, 10, §5.0] """, "$.sweep.axes.steps[2]  5 is listed twice on this axis")]
    [InlineData(""" §"a..b": [5] """, "$.sweep.axes['a..b']  'a..b' is not a path such as solver.eta or metrics[0].projections")]
    [InlineData(""" §"sweep.repeats": [5] """, "$.sweep.axes['sweep.repeats']  'sweep' cannot be swept")]
    [InlineData(""" §"name": ["a"] """, "$.sweep.axes.name  'name' cannot be swept")]
    [InlineData(""" "solver.eta": [1], §"solver['eta']": [0] """, "$.sweep.axes['solver['eta']']  the same path as the axis 'solver.eta'")]
    [InlineData(""" §"stesp": [5] """, "$.sweep.axes.stesp  unknown key 'stesp'; did you mean 'steps'? (known: batch, confidence, data, description, device, "
        + "dtype, expect, extends, grid, keep, loss, metrics, model, name, nfe, noise, reference, "
        + "samples, schedule, seed, solver, start, steps, study, sweep, training)")]
    [InlineData(""" §"solver.etaa": [0, 1] """, "$.sweep.axes['solver.etaa']  unknown key 'etaa' in solver 'ddim'; did you mean 'eta'? (known: eta)")]
    [InlineData(""" §"steps.more": [0, 1] """, "$.sweep.axes['steps.more']  there is no $.steps.more: $.steps is a number")]
    [InlineData(""" §"metrics[5]": ["mmd"] """, "$.sweep.axes['metrics[5]']  there is no $.metrics[5]: $.metrics is an array of 2 elements")]
    [InlineData(""" "solver.eta": [0, §1.5, 1], "steps": [1, 2, 3] """, "$.sweep.axes['solver.eta'][1]  must be between 0 and 1, found 1.5")]
    [InlineData(
        """ "solver": ["ddim", §"eulre"], "steps": [1, 2, 3] """,
        "$.sweep.axes.solver[1]  unknown solver 'eulre'; did you mean 'euler'? (known: ancestral, ddim, euler)")]
    [InlineData(
        """ "solver": ["ddim", "euler"], §"solver.eta": [0, 1] """,
        "$.sweep.axes['solver.eta']  unknown key 'eta' in solver 'euler'; give eta only to ancestral, ddim, by sweep.when")]
    public void A_bad_axis_or_value_is_told_once_where_it_stands(string axes, string problem) =>
        Assert.Equal(problem, _folder.ProblemAt(Sweep($$"""{ "axes": { {{axes}} } }""")));

    [Theory]
    [InlineData("§5", "$.sweep  expected an object, found a number")]
    [InlineData("""{ "axes": §[] }""", "$.sweep.axes  expected an object of axes, path: values, found an array")]
    [InlineData("""{ "repeats": §0 }""", "$.sweep.repeats  must be between 1 and 10000, found 0")]
    [InlineData(
        """{ "repeats": §"5" }""",
        "$.sweep.repeats  expected a whole number, { \"sampling\": number, \"training\": number } or { \"until\": \"decided\", \"atMost\": number }, "
            + "found a string")]
    [InlineData("""{ "repeats": §2.5 }""", "$.sweep.repeats  expected a whole number, found 2.5")]
    [InlineData("""{ "repeats": { "sampling": 2, "training": §0 } }""", "$.sweep.repeats.training  must be between 1 and 10000, found 0")]
    [InlineData("""{ "repeats": { "sampling": §true } }""", "$.sweep.repeats.sampling  expected a whole number, found true")]
    [InlineData(
        """{ "repeats": { "sampling": 2, §"trainings": 3 } }""",
        "$.sweep.repeats.trainings  unknown key 'trainings' in repeats; did you mean 'training'? (known: atMost, sampling, training, until)")]
    [InlineData(
        """{ "axes": { "steps": [1, 2] }, "repeats": { "sampling": 8, "training": §3 } }""",
        "$.sweep.repeats.training  score model 'exact' does not learn, so there is one of it: 3 networks cannot be trained (state repeats as one number, or "
            + "leave 'training' out)")]
    [InlineData(
        """§{ "axes": { "seed": [1, 2] }, "repeats": { "sampling": 10000, "training": 6 } }""",
        "$.sweep  the sweep has 120000 cells; at most 100000 can be planned at once")]
    [InlineData(
        """{ §"repeat": 2 }""", "$.sweep.repeat  unknown key 'repeat' in sweep; did you mean 'repeats'? (known: axes, exclude, repeats, union, when, zip)")]
    [InlineData(
        """§{ "axes": { "seed": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, "repeats": 10000 }""",
        "$.sweep  the sweep has 110000 cells; at most 100000 can be planned at once")]
    public void A_bad_sweep_is_told(string sweep, string problem) => Assert.Equal(problem, _folder.ProblemAt(Sweep(sweep)));

    [Fact]
    public void A_rule_between_options_that_some_cells_break_points_at_the_value_of_the_axis() =>
        Assert.Equal(
            "$.sweep.axes['schedule.sigmaMax'][1]  sigmaMin must be below sigmaMax",
            _folder.ProblemAt(Sweep("""{ "axes": { "schedule.sigmaMax": [1, §0.001], "steps": [1, 2, 3] } }""")));

    [Fact]
    public void A_refused_axis_hides_no_other_problem_and_makes_none()
    {
        Assert.Equal(
            ["$.sweep.axes.steps  an axis needs at least one value", "$.sweep.axes['solver.eta'][0]  must be between 0 and 1, found 2"],
            Problems(""" "steps": [], "solver.eta": [2] """).Select(p => p.Split("  ", 2)[1]));
        Assert.Equal(
            "$.sweep.axes.loss  an axis needs at least one value",
            _folder.ProblemAt("""{ "extends": "sound.json", "sweep": { "axes": { "loss": §[], "model": ["mlp"] } }, "training": {} }"""));
    }

    [Fact]
    public void A_set_that_an_axis_overrides_is_refused_with_the_way_out()
    {
        string sweep = Sweep("""{ "axes": { "solver": ["ddim", "ancestral"], "steps": [1, 2] } }""");
        Assert.Equal(
            [
                "--set solver.eta=0.5  $.solver.eta  has no effect: the axis 'solver' sets it in every cell; --set sweep.axes.solver=[…] changes the axis, "
                    + "=null takes it out",
                "--set steps=3  $.steps  has no effect: the axis 'steps' sets it in every cell; --set sweep.axes.steps=[…] changes the axis, "
                    + "=null takes it out",
            ],
            _folder.Problems(sweep, "solver.eta=0.5", "steps=3"));
        Assert.Equal(2, _folder.Plan(sweep, "sweep.axes.steps=null", "steps=3").Cells.Count);
        Assert.Equal(4, _folder.Plan(sweep, "metrics=[]").Cells.Count);
    }

    [Fact]
    public void A_mistake_in_what_every_cell_overrides_is_still_told() =>
        Assert.Equal(
            "$.solver.use  unknown solver 'dddim'; did you mean 'ddim'? (known: ancestral, ddim, euler)",
            _folder.ProblemAt("""{ "extends": "sound.json", "solver": { "use": §"dddim" }, "sweep": { "axes": { "solver": ["ddim", "euler"] } } }"""));

    private string[] Cells(string sweep) =>
        [.. _folder.Plan(Sweep(sweep)).Cells.Where(c => c.Repeat == 0).Select(c => string.Join(' ', c.AxisValues.Values.Where(label => label.Length > 0)))];

    [Fact]
    public void Axes_of_a_zip_go_together_and_cross_with_the_others() =>
        Assert.Equal(
            ["5 ddim 1", "5 euler 2", "10 ddim 1", "10 euler 2"],
            Cells("""{ "axes": { "steps": [5, 10] }, "zip": { "pairs": { "solver": ["ddim", "euler"], "seed": [1, 2] } } }"""));

    [Fact]
    public void A_condition_adds_axes_to_the_cells_that_meet_it() =>
        Assert.Equal(
            ["ddim 0", "ddim 1", "euler", "ancestral 0.5"],
            Cells("""
                {
                  "axes": { "solver": ["ddim", "euler", "ancestral"] },
                  "when": [
                    { "if": { "solver": "ddim" }, "axes": { "solver.eta": [0, 1] } },
                    { "if": { "solver": "anc*" }, "axes": { "solver.eta": [0.5] } }
                  ]
                }
                """));

    [Fact]
    public void A_union_holds_the_cells_of_all_blocks_and_what_stands_beside_it_is_in_each()
    {
        string[] cells =
            Cells("""{ "axes": { "seed": [1, 2] }, "union": [{ "axes": { "solver": ["euler"] } }, { "axes": { "solver": ["ddim"], "steps": [5, 7] } }] }""");
        Assert.Equal(["1 euler", "2 euler", "1 ddim 5", "1 ddim 7", "2 ddim 5", "2 ddim 7"], cells);
    }

    [Fact]
    public void Excluded_cells_are_left_out() =>
        Assert.Equal(
            ["ddim 5", "euler 5", "euler 10"],
            Cells(
                """
                { "axes": { "solver": ["ddim", "euler"], "steps": [5, 10] }, "exclude": [{ "solver": "ddim", "steps": [10, 20], "schedule": "exploding" }] }
                """));

    [Fact]
    public void Ranges_spans_of_decades_patterns_and_draws_are_values()
    {
        Assert.Equal(
            ["euler 1 9", "euler 10 6", "euler 100 3", "ddim 1 9", "ddim 10 6", "ddim 100 3"],
            Cells("""
                {
                  "axes": { "solver": ["e*", "d*m"] },
                  "zip": { "both": { "schedule.sigmaMax": { "logRange": [1, 100, 3] }, "steps": { "range": [9, 3, -3] } } }
                }
                """));
        Assert.Equal(["0.1", "0.2", "0.3"], Plan(""" "solver.eta": { "range": [0.1, 0.3, 0.1] } """).Axes[0].Labels);

        string[] Draws(int count, int seed) =>
            [.. Plan($$""" "schedule.sigmaMax": { "random": { "logUniform": [1, 100], "count": {{count}}, "seed": {{seed}} } } """).Axes[0].Labels];
        string[] five = Draws(5, seed: 3);
        Assert.All(five, draw => Assert.InRange(double.Parse(draw, System.Globalization.CultureInfo.InvariantCulture), 1, 100));
        Assert.Equal(five, Draws(9, seed: 3).Take(5));
        Assert.NotEqual(five, Draws(5, seed: 4));
    }

    [Theory]
    [InlineData("""{ "logRange": [1, 1000, 4] }""", "1 10 100 1000")]
    [InlineData("""{ "logRange": [0.001, 1000, 7] }""", "0.001 0.01 0.1 1 10 100 1000")]
    [InlineData(
        """{ "logRange": [1e-10, 1e10, 21] }""",
        "1E-10 1E-09 1E-08 1E-07 1E-06 1E-05 0.0001 0.001 0.01 0.1 1 10 100 1000 10000 100000 1000000 10000000 100000000 1000000000 10000000000")]
    [InlineData("""{ "logRange": [80, 0.002, 2] }""", "80 0.002")]
    [InlineData("""{ "logRange": [1, 2, 3] }""", "1 1.4142135623730951 2")]
    [InlineData("""{ "logRange": [4, 64, 5] }""", "4 8 16 32 64")]
    [InlineData("""{ "logRange": [1, 100, 5], "whole": true }""", "1 3 10 32 100")]
    [InlineData("""{ "logRange": [1, 4, 9], "whole": true }""", "1 2 3 4")]
    [InlineData("""{ "range": [1, 3, 0.75], "whole": true }""", "1 2 3")]
    [InlineData("""[1e1, 2.50, 3]""", "10 2.5 3")]
    public void A_range_gives_the_numbers_that_whoever_wrote_it_has_in_mind(string values, string expected) =>
        Assert.Equal(expected.Split(' '), Plan($$""" "training.learningRate": {{values}} """).Axes[0].Labels);

    [Theory]
    [InlineData("""{ "uniform": [1, 20], "count": COUNT, "seed": 3 }""")]
    [InlineData("""{ "logUniform": [1, 20], "count": COUNT, "seed": 3 }""")]
    public void Whole_draws_are_all_different_and_more_of_them_leave_the_earlier_ones(string random)
    {
        string[] Draws(int count) =>
            [.. Plan($$""" "steps": { "random": {{random.Replace("COUNT", $"{count}", StringComparison.Ordinal)}}, "whole": true } """).Axes[0].Labels];
        string[] all = Draws(20);
        Assert.Equal(Enumerable.Range(1, 20).Select(whole => $"{whole}").Order(), all.Order());
        Assert.Equal(all.Take(5), Draws(5));
    }

    [Theory]
    [InlineData(
        """{ "random": { "uniform": §[1, 20], "count": 21 }, "whole": true }""",
        "$.sweep.axes.steps.random.uniform  expected ends between which 21 whole numbers lie")]
    [InlineData("""{ "logRange": [1, 10, 3], "whole": §1 }""", "$.sweep.axes.steps.whole  expected true or false, found a number")]
    public void Whole_numbers_that_cannot_be_are_told(string values, string problem) =>
        Assert.Equal(problem, _folder.ProblemAt(Sweep($$"""{ "axes": { "steps": {{values}} } }""")));

    [Theory]
    [InlineData("[10000000000000000, 1e16]")]
    [InlineData("[0, -0.0]")]
    [InlineData("[10, 1e1]")]
    public void One_number_written_in_two_ways_stands_twice(string values) =>
        Assert.Contains("is listed twice on this axis", Assert.Single(_folder.Problems(Sweep($$"""{ "axes": { "solver.eta": {{values}} } }""")), problem =>
            problem.Contains("twice", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void Steps_follow_from_a_budget_of_evaluations_and_a_budget_that_none_meet_is_told()
    {
        ExperimentPlan plan = _folder.Plan(Sweep("""{ "axes": { "solver": ["euler", "ancestral"], "nfe": [10, 11] } }"""));
        Assert.Equal(
            [null, null, null, "solver 'ancestral' cannot spend 11 evaluations exactly: 5 steps take 10 and 6 take 12"],
            plan.Cells.Select(c => c.Objection));
        Assert.Equal([10, 11, 5, 0], plan.Cells.Select(c => c.Experiment.Steps));
        Assert.Equal(_folder.Plan(Sweep("""{ "axes": { "solver": ["euler"], "steps": [10] } }""")).Cells[0].Key, plan.Cells[0].Key);
        Assert.Equal(3, _folder.Single("""{ "extends": "sound.json", "nfe": 3 }""").Steps);
        Assert.Equal(7, _folder.Single("""{ "extends": "sound.json", "nfe": 3 }""", "steps=7").Steps);
        Assert.Equal(
            "$.nfe  give either steps or nfe (steps then follow from the budget of evaluations)",
            _folder.ProblemAt(ManifestFolder.Sound.Replace("\"steps\": 10", "\"steps\": 10, \"nfe\": §5", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_budget_that_need_not_be_spent_gives_the_steps_that_it_suffices_for()
    {
        ExperimentPlan plan = _folder.Plan(Sweep("""{ "axes": { "solver": ["euler", "ancestral"], "nfe": [11, { "atMost": 11 }, { "atMost": 1 }] } }"""));
        Assert.Equal([11, 1, 0, 5, 0], plan.Cells.Select(cell => cell.Experiment.Steps));
        Assert.Equal(1, plan.Merged);
        Assert.Equal("solver 'ancestral' takes at least 2 evaluations, and the budget is at most 1", plan.Cells[^1].Objection);
        Assert.Equal(["11", "(atMost=11)", "(atMost=1)"], plan.Axes[1].Labels);
        Assert.Equal(_folder.Plan(Sweep("""{ "axes": { "solver": ["ancestral"], "steps": [5] } }""")).Cells[0].Key, plan.Cells[3].Key);
        string file = _folder.Write("run/plan.jsonl", "");
        PlanFile.Write(file, plan);
        Func<CellId, ExperimentCell> bind = PlanFile.Read(file).Binder(FakeComponents.Catalogue);
        Assert.All(plan.Cells, cell => Assert.Equal(cell.Key, bind(cell.Id).Key));
        Assert.Equal("(atMost=11)", Assert.Single(bind(plan.Cells[0].Id).AlsoAt!)["nfe"]);
        Assert.Equal(["11", "(atMost=11)"], PlanFile.Read(file).PlacesOf(plan.Cells[0].Id).Select(place => place["nfe"]));
        Assert.All(plan.Cells.Skip(1), cell => Assert.Null(bind(cell.Id).AlsoAt));
    }

    [Theory]
    [InlineData("§\"many\"", "$.nfe  expected a whole number or { \"atMost\": number }, found a string")]
    [InlineData("§{ \"atmost\": 5 }", "$.nfe  expected a whole number or { \"atMost\": number }, found another object")]
    [InlineData("{ \"atMost\": §\"5\" }", "$.nfe.atMost  expected a whole number, found a string")]
    [InlineData("{ \"atMost\": §0 }", "$.nfe.atMost  must be between 1 and 1000000, found 0")]
    [InlineData("{ \"atMost\": §2.5 }", "$.nfe.atMost  expected a whole number, found 2.5")]
    [InlineData("§0", "$.nfe  must be between 1 and 1000000, found 0")]
    public void A_budget_that_makes_no_sense_is_told(string budget, string problem) =>
        Assert.Equal(problem, _folder.ProblemAt(ManifestFolder.Sound.Replace("\"steps\": 10", $"\"nfe\": {budget}", StringComparison.Ordinal)));

    [Theory]
    [InlineData(
        """{ "zip": { §"pairs": { "solver": ["ddim", "euler"], "seed": [1, 2, 3] } } }""",
        "$.sweep.zip.pairs  the axes of a zip need as many values as each other, but have 2 (solver) and 3 (seed) values")]
    [InlineData("""{ "axes": { "steps": [5, 10] }, "exclude": [§{ "steps": 7 }] }""", "$.sweep.exclude[0]  no cell meets this condition")]
    [InlineData("""{ "axes": { "solver": [§"heun*"] } }""", "$.sweep.axes.solver[0]  no solver matches 'heun*' (known: ancestral, ddim, euler)")]
    [InlineData(
        """{ "axes": { "steps": { §"rang": [1, 2, 1] } } }""",
        "$.sweep.axes.steps.rang  unknown kind of values 'rang'; did you mean 'range'? (known: logRange, random, range)")]
    [InlineData("""{ "axes": { "steps": { "range": §[1, 5, -1] } } }""", "$.sweep.axes.steps.range  the step does not lead from the first number to the last")]
    [InlineData(
        """{ "axes": { "steps": { "random": { "uniform": §[5, 1], "count": 3 } } } }""",
        "$.sweep.axes.steps.random.uniform  expected [low, high] with low below high")]
    [InlineData("""{ "when": [§{ "axes": { "steps": [5] } }] }""", "$.sweep.when[0]  missing key 'if', the condition")]
    [InlineData(
        """{ "union": [{ §"axis": { "steps": [5] } }] }""",
        "$.sweep.union[0].axis  unknown key 'axis' in a block of the union; did you mean 'axes'? (known: axes, when, zip)")]
    [InlineData("""{ "axes": { "steps": [5] }, "zip": { "a": { §"steps": [5] } } }""", "$.sweep.zip.a.steps  the same path as the axis 'steps'")]
    public void A_space_that_makes_no_sense_is_told_where(string sweep, string problem) => Assert.Equal(problem, _folder.ProblemAt(Sweep(sweep)));

    [Fact]
    public void Axes_that_are_refused_and_stated_again_are_told_and_nothing_else() =>
        Assert.Equal(
            [
                "$.sweep.axes.steps  expected an array of values, or an object with one of range, logRange, random, found a number",
                "$.sweep.zip.g.steps  the same path as the axis 'steps'",
            ],
            _folder.Problems(Sweep("""{ "axes": { "steps": 5 }, "zip": { "g": { "steps": [5] } } }"""))
                .Select(problem => problem[problem.IndexOf('$', StringComparison.Ordinal)..]));

    [Fact]
    public void A_space_that_nobody_could_look_through_is_refused_before_it_is_looked_at()
    {
        string range = """{ "range": [1, 10000, 1] }""";
        Assert.Equal(
            "$.sweep  the sweep has 100000000 combinations before exclude; at most 500000 can be looked at",
            _folder.ProblemAt(Sweep($$"""§{ "axes": { "steps": {{range}}, "seed": {{range}} }, "exclude": [{ "steps": 1 }] }""")));
        string many = string.Join(',', Enumerable.Range(1, 100_000));
        Assert.Equal(
            "$.sweep  the sweep's 10000 combinations would take 20000000 comparisons with the conditions of exclude and when; at most 10000000 are made",
            _folder.ProblemAt(Sweep(
                $$"""§{ "axes": { "seed": {{range}} }, "exclude": [{{string.Join(',', Enumerable.Repeat("""{ "steps": 1, "samples": 1 }""", 1000))}}] }""")));
        Assert.Equal(
            "$.sweep.union  the union has 1001 blocks; at most 1000 are possible",
            _folder.ProblemAt(
                Sweep($$"""{ "union": §[{{string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{ "axes": { "seed": [{{i}}] } }"""))}}] }""")));
        Assert.Equal(
            "$.sweep.axes['solver.x100']  a sweep has at most 100 axes",
            _folder.ProblemAt(
                Sweep($$"""{ "axes": { {{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"solver.x{i}\": [1]"))}}, §"solver.x100": [1] } }""")));
        Assert.Equal(
            "$.sweep.axes.seed  the axis has 100000 values; at most 10000 are possible",
            _folder.ProblemAt(Sweep($$"""{ "axes": { "seed": §[{{many}}] } }""")));
    }
}
