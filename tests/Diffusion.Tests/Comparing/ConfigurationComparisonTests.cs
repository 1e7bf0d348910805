using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Comparing;

/// <summary>What repeats say about the values of an axis, on records whose truth is known.</summary>
public sealed class ConfigurationComparisonTests
{
    // Scatter that repeats share, and scatter of each configuration's own: sums and squares are known.
    private static readonly double[] Shared = [3, -1, 4, -2, 0, -4, 5, -5];
    private static readonly double[] Own = [0.02, -0.01, -0.02, 0.01, 0, 0.015, -0.015, 0];

    private static ComparedCell Cell(
        string solver, int steps, int repeat, double value, CellStatus status = CellStatus.Done, string? model = null, double? evaluations = null,
        string run = "r", string grid = "karras", double? ownError = null, double seconds = 0.5, MetricGoal? goal = null,
        MetricConvergence convergence = MetricConvergence.Unknown, DeclaredOrders? orders = null, int network = 0) =>
        new(
            new CellRecord
            {
                Id = CellId.Parse($"{run}-{solver}-{steps}-{network}.{repeat}"),
                Key = StageKey.Parse("k"),
                Repeat = repeat,
                TrainingRepeat = network,
                Axes = new Dictionary<string, string>(),
                Status = status,
                Steps = steps,
                Evaluations = status == CellStatus.Done ? evaluations ?? steps : null,
                Metrics = status == CellStatus.Done
                    ? [new MetricValue("mmd", value, ownError, 10) { Goal = goal ?? MetricGoal.Smaller, Convergence = convergence }]
                    : [],
                Orders = orders,
                Model = model is null ? null : StageKey.Parse(model),
                Started = DateTimeOffset.UnixEpoch,
                SamplingSeconds = seconds,
            },
            run,
            new Dictionary<string, string> { ["solver"] = solver, ["steps"] = $"{steps}" },
            () => new Dictionary<string, string> { ["solver"] = $$"""{"use":"{{solver}}"}""", ["grid"] = $$"""{"use":"{{grid}}"}""", ["steps"] = $"{steps}" });

    private static IEnumerable<ComparedCell> Repeats(
        string solver, int count, Func<int, double> value, int steps = 10, string grid = "karras", string? model = null, double? evaluations = null) =>
        Enumerable.Range(0, count).Select(repeat => Cell(solver, steps, repeat, value(repeat), grid: grid, model: model, evaluations: evaluations));

    private static ComparedRuns Runs(params IEnumerable<ComparedCell>[] cells) => new(["r"], ["solver", "steps"], [.. cells.SelectMany(some => some)]);

    private static ConfigurationComparison Compare(ComparedRuns runs, ComparisonOptions? options = null) =>
        ConfigurationComparison.Compare(runs, options ?? new());

    [Fact]
    public void Differences_are_taken_over_the_repeats_that_both_have()
    {
        // The repeat that heun alone has would drown the difference.
        ConfigurationComparison comparison = Compare(Runs(
            Repeats("euler", 6, repeat => 20 + Shared[repeat] + Own[repeat]), Repeats("heun", 7, repeat => repeat == 6 ? 1000 : 19 + Shared[repeat])));
        ComparisonBlock block = Assert.Single(comparison.Blocks);
        Assert.Equal(("10", 1), (block.Axes["steps"], block.Axes.Count));
        PairDifference pair = block.Find("euler", "heun")!;
        double[] differences = [.. Own.Take(6).Select(own => 1 + own)];
        MeanInference expected = MeanInference.FromValues(differences);
        Assert.Equal(6, pair.Repeats);
        Assert.Equal(differences.Average(), pair.Difference!.Value, 1e-12);
        Assert.Equal(expected.StudentPValue!.Value, pair.StudentPValue!.Value, 1e-10 * expected.StudentPValue.Value + 1e-15);
        Assert.Equal(expected.Interval()!.Value.Low, pair.Interval!.Value.Low, 1e-10);
        Assert.Equal(PairVerdict.Worse, pair.Verdict);
        Assert.Equal(
            [7, 6], new[] { "heun", "euler" }.Select(name => block.Configurations.Single(configuration => configuration.Name == name).Estimate!.Value.Count));
    }

    // Cells of several networks, whose own levels scatter more than their repeats do.
    private static IEnumerable<ComparedCell> Networks(string solver, int networks, int repeats, Func<int, int, double> value) =>
        Enumerable.Range(0, networks).SelectMany(network => Enumerable.Range(0, repeats)
            .Select(repeat => Cell(solver, 10, repeat, value(network, repeat), model: $"m{network}", network: network)));

    [Fact]
    public void Networks_are_the_repetition_where_there_are_several()
    {
        // The network moves both solvers by the same amount and their difference by an amount of its own; repeats add what cancels within a network.
        double[] tilt = [0.3, -0.1, 0.2, -0.3, 0, -0.1];
        ConfigurationComparison comparison = Compare(Runs(
            Networks("euler", 6, 2, (network, repeat) => 20 + Shared[network] + (0.5 * repeat)),
            Networks("heun", 6, 2, (network, repeat) => 19 + tilt[network] + Shared[network] + (0.5 * repeat) + (repeat == 0 ? 0.01 : -0.01))));
        PairDifference pair = Assert.Single(Assert.Single(comparison.Blocks).Pairs);
        MeanInference expected = MeanInference.FromValues([.. tilt.Select(own => own - 1)]);
        Assert.Equal((RepeatUnit.Network, 6), (comparison.Unit, comparison.Networks));
        Assert.Equal(("heun", 6), (pair.First, pair.Repeats));
        Assert.Equal(-1, pair.Difference!.Value, 1e-12);
        Assert.Equal(expected.Moments.StandardError, pair.StandardError!.Value, 1e-12);
        Assert.Equal(expected.PValue!.Value, pair.PValue!.Value, 1e-9);
        ConfigurationResult euler = comparison.Blocks[0].Configurations.Single(configuration => configuration.Name == "euler");
        Assert.Equal(6, euler.Estimate!.Value.Count);
        Assert.Equal(20.25 + Shared.Take(6).Average(), euler.Estimate.Value.Mean, 1e-12);
        // Different networks are what the repetition consists of, and so is their seed.
        Assert.Empty(comparison.Confounds);
        string text = string.Join('\n', ComparisonText.Full(comparison).SelectMany(section => section.Lines));
        Assert.Contains("6 trained networks a configuration, each with a seed of its own: what is said holds for training in general", text,
            StringComparison.Ordinal);
        Assert.Contains("n counts the networks that both sides have", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_repeats_of_few_networks_decide_nothing_about_training_and_the_first_network_alone_can_be_compared()
    {
        ComparedRuns runs = Runs(
            Networks("euler", 3, 8, (network, repeat) => 20 + network + Own[repeat]), Networks("heun", 3, 8, (network, repeat) => 10 + network - Own[repeat]));
        ConfigurationComparison training = Compare(runs);
        PairDifference pair = Assert.Single(Assert.Single(training.Blocks).Pairs);
        Assert.Equal((PairVerdict.TooFewRepeats, 3), (pair.Verdict, pair.Repeats));
        Assert.Equal(
            "Which solver is better is undecided: only 3 common trained networks, and at least 5 are needed (sweep.repeats.training). "
                + "'diffusion compare x --where training_repeat=0' compares for the first network alone.",
            Assert.Single(ComparisonText.Brief(training, "x").Lines));
        ConfigurationComparison first = Compare(runs, new() { Where = ["training_repeat=0"] });
        Assert.Equal((RepeatUnit.Repeat, 8), (first.Unit, Assert.Single(first.Blocks[0].Pairs).Repeats));
        Assert.Equal(PairVerdict.Better, first.Blocks[0].Pairs[0].Verdict);
        Assert.Contains(
            "One trained network, the same in all repeats: what is said holds for this network, not for training in general.",
            string.Join('\n', ComparisonText.Full(first).SelectMany(section => section.Lines)), StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_of_several_networks_cross_with_an_interval_over_networks()
    {
        int[] steps = [2, 4, 8, 16, 32];
        IEnumerable<ComparedCell> Curve(string solver, Func<int, double> law, double sign) => steps.SelectMany(count => Enumerable.Range(0, 6)
            .SelectMany(network => Enumerable.Range(0, 3).Select(repeat => Cell(
                solver, count, repeat, law(count) * Math.Exp((0.1 * Shared[network]) + (sign * Own[network]) + (0.2 * (repeat - 1))), network: network,
                model: $"m{network}"))));
        ConfigurationComparison comparison = Compare(Runs(Curve("euler", count => 8.0 / count, 1), Curve("heun", count => 64.0 / count / count, -1)));
        CostCurves curves = comparison.Curves.Single(curve => curve.Measure == CostMeasure.Evaluations);
        CostCrossing crossing = Assert.Single(curves.Crossings);
        Assert.Equal(6, crossing.Repeats);
        // The mean difference of Own moves the crossing: log 8 + 2 · mean / 1.
        Assert.Equal(8 * Math.Exp(-2 * Own.Take(6).Average()), crossing.At, 1e-9);
        Assert.All(curves.Slopes, slope => Assert.Equal(6, slope.Repeats));
    }

    [Fact]
    public void The_better_mean_comes_first_and_the_family_is_corrected_together()
    {
        ConfigurationComparison comparison = Compare(Runs(
            Repeats("euler", 8, repeat => 20 + Shared[repeat]), Repeats("heun", 8, repeat => 10 + Shared[repeat] + Own[repeat]), Repeats(
                "ddim", 8, repeat => 10.001 + Shared[repeat] - Own[repeat])));
        ComparisonBlock block = Assert.Single(comparison.Blocks);
        Assert.Equal(["heun", "ddim", "euler"], block.Configurations.Select(configuration => configuration.Name));
        Assert.Equal(3, comparison.Tested);
        Assert.Equal(PairVerdict.NotDistinguishable, block.Find("heun", "ddim")!.Verdict);
        Assert.Equal([["heun", "ddim"]], block.NotDistinguishable);
        Assert.Equal([new(1, 2), new(1, 2), new(3, 3)], block.Configurations.Select(configuration => configuration.Ranks!.Value));
        Assert.Equal(
            [new("ddim", 1, 1, 0, 0), new("heun", 1, 1, 0, 0), new ConfigurationTally("euler", 0, 0, 2, 0)],
            comparison.Tallies.OrderBy(tally => tally.Lost).ThenBy(tally => tally.Name, StringComparer.Ordinal));
        double[] p = [.. block.Pairs.Select(pair => pair.PValue!.Value)];
        Assert.Equal(HolmCorrection.Adjust(p), block.Pairs.Select(pair => pair.AdjustedPValue!.Value));
        // A difference that is not told apart says how many repeats would do it, at the level that the family leaves it.
        PairDifference open = block.Find("heun", "ddim")!;
        Assert.Equal(RepeatPlanning.Needed(open.Effect, 0.05 / 3), open.RepeatsNeeded);
        Assert.True(open.RepeatsNeeded > 8);
    }

    [Fact]
    public void Fewer_than_five_common_repeats_decide_nothing()
    {
        ConfigurationComparison comparison = Compare(Runs(Repeats("euler", 4, repeat => 20 + Own[repeat]), Repeats("heun", 4, repeat => 10 - Own[repeat])));
        PairDifference pair = Assert.Single(Assert.Single(comparison.Blocks).Pairs);
        Assert.Equal(PairVerdict.TooFewRepeats, pair.Verdict);
        Assert.Null(pair.Interval);
        Assert.Null(pair.PValue);
        Assert.All(comparison.Blocks[0].Configurations, configuration => Assert.Null(configuration.Interval));
        Assert.Equal(0, comparison.Tested);
        Assert.Equal(
            "Which solver is better is undecided: only 4 common repeats, and at least 5 are needed (sweep.repeats).",
            Assert.Single(ComparisonText.Brief(comparison, "x").Lines));
    }

    [Fact]
    public void Values_that_repeats_do_not_move_are_said_not_to_vary()
    {
        ConfigurationComparison comparison = Compare(Runs(
            Enumerable.Range(0, 60).Select(repeat => Cell("euler", 10, repeat, 2.251, ownError: 0.135)), Enumerable.Range(0, 60)
                .Select(repeat => Cell("heun", 10, repeat, 2.151, ownError: 0.13))));
        ComparisonBlock block = Assert.Single(comparison.Blocks);
        PairDifference pair = Assert.Single(block.Pairs);
        Assert.Equal(PairVerdict.DoesNotVary, pair.Verdict);
        Assert.Null(pair.StandardError);
        Assert.Null(pair.Interval);
        Assert.Equal("2.25 (does not vary; own error 0.14)", $"{block.Configurations[1].Estimate}");
        Assert.Equal([1, 1], comparison.Tallies.Select(tally => tally.Open));
    }

    [Fact]
    public void Methods_that_give_the_same_numbers_are_named()
    {
        ConfigurationComparison comparison = Compare(Runs(
            Repeats("euler", 5, repeat => 20 + Shared[repeat]), Repeats("ddim", 5, repeat => (20 + Shared[repeat]) * (1 + 1e-7)), Repeats(
                "heun", 5, repeat => 10 + Shared[repeat] + Own[repeat])));
        Assert.Equal(PairVerdict.Same, comparison.Blocks[0].Find("euler", "ddim")!.Verdict);
        Confound confound = Assert.Single(comparison.Confounds);
        Assert.Equal((ConfoundKind.SameNumbers, 1), (confound.Kind, confound.Blocks));
        Assert.Equal("ddim and euler give the same values, to 5 digits, in all blocks: numerically, they are one method here.", confound.Text);
    }

    [Fact]
    public void What_changes_along_is_named()
    {
        ConfigurationComparison comparison = Compare(Runs(
            Repeats("euler", 5, repeat => 20 + Own[repeat], model: "a"),
            Repeats("heun", 5, repeat => 10 - Own[repeat], grid: "uniform", model: "b", evaluations: 19)));
        Assert.Equal([ConfoundKind.ChangesAlong, ConfoundKind.Networks, ConfoundKind.Budget], comparison.Confounds.Select(confound => confound.Kind));
        Assert.Equal("Another setting changes together with solver, from euler to heun: grid karras → uniform.", comparison.Confounds[0].Text);
        Assert.Contains("heun ×1.9", comparison.Confounds[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sides_that_diverged_or_do_not_fit_are_named_and_compared_with_nothing()
    {
        ComparedCell[] diverging = [.. Repeats("heun", 6, repeat => 10 - Own[repeat]).Take(5), Cell("heun", 10, 5, 0, CellStatus.Diverged)];
        ConfigurationComparison comparison = Compare(Runs(
            Repeats("euler", 6, repeat => 20 + Own[repeat]), diverging, Enumerable.Range(0, 6)
                .Select(repeat => Cell("unipc", 10, repeat, 0, CellStatus.NotApplicable))));
        Assert.Equal([ConfoundKind.Missing, ConfoundKind.LeftOut], comparison.Confounds.Select(confound => confound.Kind));
        Assert.Equal("unipc has no value in 1 of 1 blocks (n/a) and is not compared there.", comparison.Confounds[0].Text);
        Assert.StartsWith("heun diverged or failed in 1 of 6 repeats", comparison.Confounds[1].Text, StringComparison.Ordinal);
        Assert.Equal(5, Assert.Single(comparison.Blocks[0].Pairs).Repeats);
        Assert.Null(comparison.Blocks[0].Configurations.Single(configuration => configuration.Name == "unipc").Rank);
    }

    [Fact]
    public void Curves_cross_where_their_power_laws_do()
    {
        // 8/x and 64/x², which meet at 8: straight on logarithmic scales, so interpolation is exact.
        int[] steps = [2, 4, 8, 16, 32];
        double Scatter(int repeat, double sign) => Math.Exp((0.1 * Shared[repeat]) + (sign * Own[repeat]));
        ConfigurationComparison comparison = Compare(Runs([.. steps.SelectMany(count => new[]
        {
            Repeats("euler", 8, repeat => 8.0 / count * Scatter(repeat, 1), count),
            Repeats("heun", 8, repeat => 64.0 / count / count * Scatter(repeat, -1), count),
        })]));
        CostCurves curves = comparison.Curves.Single(curve => curve.Measure == CostMeasure.Evaluations);
        CostCrossing crossing = Assert.Single(curves.Crossings);
        Assert.Equal(("euler", "heun", 8), (crossing.Below, crossing.Above, crossing.Repeats));
        Assert.Equal(8, crossing.At, 1e-9);
        Assert.InRange(crossing.Interval.Low, 7.5, 8);
        Assert.InRange(crossing.Interval.High, 8, 8.5);
        Assert.Equal(0, crossing.Interpolation!.Value, 1e-8);
        Assert.Equal(new Interval(2, 32), crossing.Range);
        Assert.Equal([("euler", -1.0), ("heun", -2.0)], curves.Slopes.Select(slope => (slope.Name, Math.Round(slope.Exponent, 9))));
        Assert.All(curves.Slopes, slope => Assert.Equal((new Interval(2, 32), 5), (slope.Range, slope.Points)));
        Assert.Equal(
            [("euler", 2.0), ("euler", 4), ("euler", 8), ("heun", 16), ("heun", 32)],
            curves.Front.Select(point => (point.Cost == 8 ? "euler" : point.Name, point.Cost)));
        Assert.Single(curves.Front.Single(point => point.Cost == 8).AsGood);
        string text = string.Join('\n', ComparisonText.Full(comparison).SelectMany(section => section.Notes));
        Assert.Matches(
            "euler beats heun from 2 to 8 evaluations \\(95 % interval of the crossing 7\\.\\d+ to 8\\.\\d+, of which interpolation 0\\), "
                + "and loses to it from there to 32; n=8\\.",
            text);
    }

    [Fact]
    public void The_interval_of_a_crossing_covers_what_interpolation_errs()
    {
        // Curves a x^-p + f, where the crossing is known, at budgets that double; their scatter is far below what interpolation errs.
        Random random = new(1);
        int[] steps = [3, 6, 12, 24, 48];
        List<double> shares = [];
        int covered = 0;
        while (shares.Count < 300)
        {
            (double a, double p, double f) = (Between(0.4, 2.7), random.NextDouble() * 0.6 + 0.7, Between(0.005, 0.3));
            (double b, double q, double g) = (Between(2.7, 55), random.NextDouble() * 1.4 + 1.6, Between(0.005, 0.3));
            double First(double x) => (a * Math.Pow(x, -p)) + f;
            double Second(double x) => (b * Math.Pow(x, -q)) + g;
            double[] looks = [.. Enumerable.Range(0, 2001).Select(i => 3 * Math.Pow(16, i / 2000.0))];
            double Difference(double x) => First(x) - Second(x);
            double[] truths = [.. looks.Zip(looks.Skip(1)).Where(pair => Difference(pair.First) * Difference(pair.Second) < 0).Select(pair => pair.First)];
            CostCrossing[] found = truths.Length != 1 ? [] : [.. Compare(Runs([.. steps.SelectMany(count => new[]
            {
                Repeats("euler", 5, repeat => First(count) * (1 + (1e-5 * Own[repeat])), count),
                Repeats("heun", 5, repeat => Second(count) * (1 - (1e-5 * Own[repeat])), count),
            })])).Curves.Single(curve => curve.Measure == CostMeasure.Evaluations).Crossings];
            if (found.Length != 1)
                continue;
            covered += truths[0] >= found[0].Interval.Low * 0.997 && truths[0] <= found[0].Interval.High * 1.003 ? 1 : 0;
            shares.Add(found[0].Interpolation!.Value / (Math.Abs(found[0].At - truths[0]) + (0.003 * truths[0])));
        }

        Assert.InRange(covered, 0.97 * shares.Count, shares.Count);
        // And is of the size of the error: neither far above it.
        Assert.InRange(shares.Order().ElementAt(150), 0.8, 4);

        double Between(double low, double high) => low * Math.Pow(high / low, random.NextDouble());
    }

    [Fact]
    public void Two_budgets_do_not_tell_what_interpolation_errs()
    {
        ConfigurationComparison comparison = Compare(Runs([.. new[] { 4, 16 }.SelectMany(count => new[]
        {
            Repeats("euler", 8, repeat => 8.0 / count * (1 + Own[repeat]), count),
            Repeats("heun", 8, repeat => 64.0 / count / count * (1 - Own[repeat]), count),
        })]));
        CostCurves curves = comparison.Curves.Single(curve => curve.Measure == CostMeasure.Evaluations);
        Assert.Null(Assert.Single(curves.Crossings).Interpolation);
        Assert.Contains(
            ComparisonText.Full(comparison).SelectMany(section => section.Notes),
            note => note.Contains("without the interpolation, of which two budgets tell nothing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MetricConvergence.Paths, 2.0, 1.0)]
    [InlineData(MetricConvergence.Law, 3.0, 1.5)]
    public void Observed_orders_stand_beside_the_declared_ones(MetricConvergence convergence, double declaredOfHeun, double declaredOfEuler)
    {
        int[] steps = [5, 10, 20, 40, 80];
        // Off the line at 5 steps; in each repeat an exponent of its own.
        double Value(double order, int count, int repeat) => (count == 5 ? 2 : 1) * Math.Pow(count, -order - Own[repeat]) * (5 + Shared[repeat] / 2);
        IEnumerable<ComparedCell> Curve(string name, double order, DeclaredOrders? orders) => steps.SelectMany(count => Enumerable.Range(0, 6)
            .Select(repeat => Cell(name, count, repeat, Value(order, count, repeat), convergence: convergence, orders: orders)));
        ConfigurationComparison comparison = Compare(Runs(
            Curve("euler", 1, new(1.5, 1)), Curve("heun", 2, new(3, 2)), Curve("other", 1.5, null)));
        ObservedOrders orders = Assert.Single(comparison.Orders);
        Assert.Empty(orders.Axes);
        Dictionary<string, ObservedOrder> found = orders.Orders.ToDictionary(order => order.Name);
        double[] exponents = [.. Own.Take(6).Select(own => 2 + own)];
        ObservedOrder heun = found["heun"];
        Assert.Equal(
            (declaredOfHeun, declaredOfEuler, (double?)null), (heun.Declared!.Value, found["euler"].Declared!.Value, found["other"].Declared));
        Assert.Equal(exponents.Average(), heun.Order!.Value, 1e-12);
        Interval expected = MeanInference.FromValues([.. exponents.Select(exponent => -exponent)]).Interval()!.Value;
        Assert.Equal(-expected.High, heun.Interval!.Value.Low, 1e-10);
        Assert.Equal(-expected.Low, heun.Interval!.Value.High, 1e-10);
        Assert.Equal((new Interval(10, 80), 4, 6), (heun.Steps!.Value, heun.Points, heun.Repeats));
        Assert.Equal([(5, 10), (10, 20), (20, 40), (40, 80)], heun.Between.Select(step => (step.From, step.To)));
        Assert.Equal(exponents.Average() + 1, heun.Between[0].Order, 1e-12);
        Assert.Equal(exponents.Average(), heun.Between[1].Order, 1e-12);
        Assert.NotNull(heun.Between[1].Interval);
        ReportSection section = ComparisonText.Full(comparison).Single(one => one.Title == "Observed order");
        Assert.Equal(["heun", $"{declaredOfHeun}", "2.00", "1.98 to 2.02", "10 to 80", "6", "3.00, 2.00, 2.00, 2.00"], section.Table!.Rows[0]);
        Assert.Equal("none", section.Table.Rows.Single(row => row[0] == "other")[1]);
    }

    [Fact]
    public void Values_that_say_nothing_of_convergence_have_no_order()
    {
        ConfigurationComparison comparison = Compare(Runs([.. new[] { 4, 8, 16 }.SelectMany(count => new[]
        {
            Repeats("euler", 5, repeat => 1.0 / count, count), Repeats("heun", 5, repeat => 1.0 / count / count, count),
        })]));
        Assert.Empty(comparison.Orders);
        Assert.NotEmpty(comparison.Curves[0].Slopes);
    }

    [Fact]
    public void A_comparison_that_stands_in_two_blocks_is_tested_once_and_decided_alike_in_both()
    {
        // Budgets of 8 and of at most 8 come to the same work for the first two; heun is in the second block alone.
        ComparedCell[] shared = [.. Repeats("euler", 8, repeat => 20 + Shared[repeat]), .. Repeats("ddim", 8, repeat => 10 + Shared[repeat] + Own[repeat])];
        ComparedCell[] alone = [.. Repeats("heun", 8, repeat => 15 + Shared[repeat] - Own[repeat], steps: 4)];
        ComparedRuns runs = new(["r"], ["solver", "nfe"], [.. shared.Select(cell => At(cell, "8")), .. shared.Concat(alone).Select(
            cell => At(cell, "(atMost=8)"))]);
        ConfigurationComparison comparison = ConfigurationComparison.Compare(runs, new());
        Assert.Equal([1, 3], comparison.Blocks.Select(block => block.Pairs.Count));
        Assert.Equal(3, comparison.Tested);
        PairDifference[] same = [.. comparison.Blocks.Select(block => block.Find("ddim", "euler")!)];
        Assert.Equal((same[0].AdjustedPValue, same[0].Verdict), (same[1].AdjustedPValue, same[1].Verdict));
        Assert.Equal(PairVerdict.Better, same[0].Verdict);
        double[] p = [.. comparison.Blocks[1].Pairs.Select(pair => pair.PValue!.Value)];
        Assert.Equal(HolmCorrection.Adjust(p), comparison.Blocks[1].Pairs.Select(pair => pair.AdjustedPValue!.Value));
        Assert.Equal(
            [("ddim", 2, 0), ("heun", 1, 1), ("euler", 0, 2)], comparison.Tallies.Select(tally => (tally.Name, tally.Won, tally.Lost)));
        // And is one point of its curve, not one that it does not differ from.
        Assert.All(comparison.Curves.SelectMany(curve => curve.Front), point => Assert.Empty(point.AsGood));

        static ComparedCell At(ComparedCell cell, string budget) => new(
            cell.Record, cell.Run, new Dictionary<string, string> { ["solver"] = cell.Axes["solver"], ["nfe"] = budget }, () => cell.Composition);
    }

    [Fact]
    public void A_baseline_is_what_all_others_are_compared_with()
    {
        ConfigurationComparison comparison = Compare(
            Runs(Repeats("euler", 8, repeat => 20 + Shared[repeat]), Repeats("heun", 8, repeat => 10 + Shared[repeat] + Own[repeat]), Repeats(
                "ddim", 8, repeat => 12 + Shared[repeat] - Own[repeat])),
            new() { Baseline = "euler" });
        Assert.Equal(2, comparison.Tested);
        Assert.All(comparison.Blocks[0].Pairs, pair => Assert.Equal(("euler", PairVerdict.Better), (pair.Second, pair.Verdict)));
        Assert.All(comparison.Blocks[0].Configurations, configuration => Assert.Null(configuration.Ranks));
        Assert.DoesNotContain("euler", ComparisonText.Full(comparison)
            .First(section => section.Title?.StartsWith("Wins", StringComparison.Ordinal) == true).Table!.Rows
            .Select(row => row[0]));
    }

    [Theory]
    [InlineData(MetricDirection.Smaller, PairVerdict.Better)]
    [InlineData(MetricDirection.Larger, PairVerdict.Worse)]
    public void Which_side_is_better_goes_by_the_metrics_direction(MetricDirection direction, PairVerdict verdict)
    {
        Dictionary<RepeatNumber, double> low = Own.Index().ToDictionary(own => new RepeatNumber(0, own.Index), own => 1 + own.Item),
            high = Own.Index().ToDictionary(own => new RepeatNumber(0, own.Index), own => 2 - own.Item);
        PairDifference pair = PairDifference.Between("low", "high", low, high, RepeatUnit.Repeat);
        Assert.Equal(verdict, Assert.Single(PairDifference.Decide([pair], new(direction), 0.05)).Verdict);
    }

    [Fact]
    public void Nearer_to_a_target_is_compared_by_the_distance_from_it()
    {
        // 0.9 ± and 1.3 ± around a target of 1: the distances are 0.1 and 0.3.
        MetricGoal goal = MetricGoal.Near(1);
        ConfigurationComparison comparison = Compare(Runs(
            Enumerable.Range(0, 8).Select(repeat => Cell("euler", 10, repeat, 1.3 + Own[repeat], goal: goal)), Enumerable.Range(0, 8)
                .Select(repeat => Cell("heun", 10, repeat, 0.9 + Own[repeat], goal: goal))));
        Assert.Equal(goal, comparison.Goal);
        Assert.Equal(["heun", "euler"], comparison.Blocks[0].Configurations.Select(configuration => configuration.Name));
        PairDifference pair = Assert.Single(comparison.Blocks[0].Pairs);
        Assert.Equal(("heun", PairVerdict.Better), (pair.First, pair.Verdict));
        Assert.Equal(-0.2, pair.Difference!.Value, 1e-12);
        Assert.Equal(1.3, comparison.Blocks[0].Configurations[1].Estimate!.Value.Mean, 1e-12);
    }

    [Fact]
    public void Larger_is_better_where_the_metric_says_so()
    {
        ConfigurationComparison comparison = Compare(Runs(
            Enumerable.Range(0, 8).Select(repeat => Cell("euler", 10, repeat, 0.5 + Own[repeat], goal: MetricGoal.Larger)), Enumerable.Range(0, 8)
                .Select(repeat => Cell("heun", 10, repeat, 0.9 - Own[repeat], goal: MetricGoal.Larger))));
        Assert.Equal(["heun", "euler"], comparison.Blocks[0].Configurations.Select(configuration => configuration.Name));
        Assert.Equal(new ConfigurationTally("heun", 1, 0, 0, 0), comparison.Tallies[0]);
        Assert.Equal("heun", Assert.Single(comparison.Curves[0].Front).Name);
    }

    [Fact]
    public void Cells_that_several_runs_share_count_once_and_others_at_one_place_set_the_runs_apart()
    {
        ComparedCell[] first = [.. Repeats("euler", 5, repeat => 20 + Own[repeat]), .. Repeats("heun", 5, repeat => 10 - Own[repeat])];
        ComparedRuns shared = new(["r", "s"], ["solver", "steps"], [.. first, .. first]);
        Assert.Equal(5, Assert.Single(Compare(shared).Blocks).Configurations[0].Estimate!.Value.Count);
        ComparedCell[] other = [.. Enumerable.Range(0, 5)
            .SelectMany(repeat => new[] { Cell("euler", 10, repeat, 20 - Own[repeat], run: "s"), Cell("heun", 10, repeat, 11 + Own[repeat], run: "s") })];
        ConfigurationComparison apart = Compare(new(["r", "s"], ["solver", "steps"], [.. first, .. other]));
        Assert.Equal(["r", "s"], apart.Blocks.Select(block => block.Axes["run"]));
        ConfigurationComparison byRun = Compare(new(["r", "s"], ["solver", "steps"], [.. first, .. other]), new() { By = "run" });
        Assert.Equal(["r", "s"], byRun.Names);
        Assert.Equal(["euler", "heun"], byRun.Blocks.Select(block => block.Axes["solver"]));
    }

    [Fact]
    public void Names_that_are_not_there_are_told_with_what_was_meant()
    {
        ComparedRuns runs = Runs(Repeats("euler", 5, repeat => 20 + Own[repeat]), Repeats("heun", 5, repeat => 10 - Own[repeat]));
        void Refused(ComparisonOptions options, string message) =>
            Assert.StartsWith(message, Assert.Throws<InputException>(() => Compare(runs, options)).Message, StringComparison.Ordinal);
        Refused(new() { By = "solvr" }, "--by: the sweep has no axis 'solvr'; did you mean 'solver'?");
        Refused(new() { Baseline = "hein" }, "--baseline: solver has no value 'hein'; did you mean 'heun'?");
        Refused(new() { Metric = "mdd" }, "unknown metric 'mdd'; did you mean 'mmd'?");
        Refused(new() { Where = ["solvr=heun"] }, "--where solvr=heun: unknown path 'solvr'; did you mean 'solver'?");
        Refused(new() { Where = ["solver=hein"] }, "--where solver=hein: no cell meets this; did you mean 'heun'?");
        Refused(new() { Where = ["solver=heun"] }, "nothing to compare: solver has one value only, heun");
        Refused(new() { By = "steps" }, "nothing to compare: steps has one value only, 10");
    }

    [Fact]
    public void Options_of_a_value_may_be_an_axis_before_the_values()
    {
        ComparedCell Of(string solver, string eta, int repeat, double value) => Cell(solver, 10, repeat, value) is var cell
            ? new(cell.Record, "r", new Dictionary<string, string> { ["solver.eta"] = eta, ["solver"] = solver }, () => cell.Composition)
            : cell;
        ComparedRuns runs = new(["r"], ["solver.eta", "solver"], [.. Enumerable.Range(0, 5).SelectMany(repeat => new[]
        {
            Of("ddim", "0", repeat, 20 + Own[repeat]), Of("ddim", "1", repeat, 15 - Own[repeat]), Of("euler", "", repeat, 10 + (2 * Own[repeat])),
        })]);
        Assert.Equal(["ddim eta=0", "ddim eta=1", "euler"], Compare(runs).Names);
    }

    [Fact]
    public void Filters_choose_cells_by_axis_repeat_and_configuration()
    {
        ComparedRuns runs = Runs(
            Repeats("euler", 6, repeat => 20 + Own[repeat]),
            Repeats("heun", 6, repeat => 10 - Own[repeat]),
            Repeats("euler", 6, repeat => 20 + Own[repeat], 20),
            Repeats("heun", 6, repeat => 10 - Own[repeat], 20));
        Assert.Equal("20", Assert.Single(Compare(runs, new() { Where = ["steps=20,grid=kar*"] }).Blocks).Axes["steps"]);
        Assert.Equal(2, Compare(runs, new() { Where = ["repeat=0", "repeat=3"] }).Blocks[0].Configurations[0].Estimate!.Value.Count);
    }

    [Fact]
    public void Rows_for_data_frames_have_every_comparison()
    {
        string[] rows = ComparisonCsv
            .Format(Compare(Runs(Repeats("euler", 5, repeat => 2 + (repeat / 2.0)), Repeats("he,un", 5, repeat => 1 + (repeat / 2.0)))))
            .TrimEnd()
            .Split('\n');
        Assert.Equal(2, rows.Length);
        Assert.Equal(
            "metric,first,second,axis:steps,n,first_mean,second_mean,difference,standard_error,low,high,p_student,p,p_holm,verdict,repeats_needed", rows[0]);
        Assert.StartsWith("mmd,\"he,un\",euler,10,5,2,3,-1,,,,,,,does-not-vary,", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_takes_names_as_text()
    {
        string text = new ReportSection { Title = "a|b", Lines = ["<b>"], Table = new(["x"], [["1|2"]]) }.ToMarkdown(3);
        Assert.Equal("### a\\|b\n\n- &lt;b&gt;\n\n| x |\n|---|\n| 1\\|2 |\n\n", text);
    }
}
