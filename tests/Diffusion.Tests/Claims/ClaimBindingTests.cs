using System.Text.Json.Nodes;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>What a manifest claims: which cells are meant, what must hold of them, and what is refused before anything runs.</summary>
public sealed class ClaimBindingTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string Solvers = """ "axes": { "solver": ["euler", "ancestral", { "use": "ddim", "eta": 0.5 }], "steps": [5, 10, 20] }, "repeats": 2 """;

    private static string Manifest(string claims, string sweep = Solvers) => $$"""
        {
          "name": "sound", "data": "points", "schedule": "exploding", "model": "exact", "grid": "uniform", "solver": "ddim", "steps": 10, "samples": 100,
          "metrics": ["mmd"], "sweep": { {{sweep}} },
          "expect": [{{claims}}]
        }
        """;

    private ClaimSet Claims(string claims, string sweep = Solvers) => _folder.Plan(Manifest(claims, sweep)).Claims;

    private ResolvedClaim Claim(string claim, string sweep = Solvers) => Assert.Single(Claims(claim, sweep).Claims);

    private string ProblemAt(string claims, string sweep = Solvers) => _folder.ProblemAt(Manifest(claims, sweep));

    private static string Line(ClaimedComparison comparison)
    {
        ClaimedContrast contrast = Assert.IsType<ClaimedContrast>(comparison);
        string sum = string.Join(' ', contrast.Terms.Select(term => FormattableString.Invariant($"{Math.Round(term.Coefficient, 3):+0.###;-0.###;0}·")
            + $"{term.Metric}({Where(term.Configuration)}{(term.IsExactSampler ? " exact" : "")})"));
        return $"{comparison.Place}: {(contrast.IsLogarithmic ? "log " : "")}{sum} {contrast.Region}";
    }

    private static string Where(ClaimedConfiguration configuration) =>
        string.Join(' ', configuration.Axes.Values.Where(label => label.Length > 0));

    [Fact]
    public void A_value_is_claimed_of_each_cell_that_meets_the_conditions_whatever_its_repeat()
    {
        ResolvedClaim claim = Claim("""{ "claim": "value", "metric": "mmd", "where": { "solver": "eul*", "steps": [5, 20.0] }, "between": [0, 1e-3] }""");
        Assert.Equal(
            ["steps 5: +1·mmd(euler 5) in [0, 0.001]", "steps 20: +1·mmd(euler 20) in [0, 0.001]"], claim.Comparisons.Select(Line));
        Assert.Equal([0, 1], ((ClaimedContrast)claim.Comparisons[0]).Terms[0].Configuration.Cells.Select(cell => cell.Repeat.Draw));
        Assert.Equal("mmd in [0, 0.001], where solver eul*, steps 5|20", claim.Stated.Text);
    }

    [Theory]
    [InlineData("\"atMost\": 2", "mmd ≤ 2")]
    [InlineData("\"atLeast\": -2", "mmd ≥ -2")]
    public void One_end_of_an_interval_may_stand_alone(string end, string text) =>
        Assert.Equal(text, Claim($$"""{ "claim": "value", "metric": "mmd", {{end}} }""").Stated.Text);

    [Fact]
    public void Components_are_meant_by_name_by_label_and_by_what_stands_in_no_axis()
    {
        foreach (string solver in new[] { "\"ddim\"", "\"ddim*\"", """{ "use": "ddim", "eta": 0.5 }""" })
            Assert.Equal(3, Claim($$"""{ "claim": "value", "metric": "mmd", "where": { "solver": {{solver}} }, "atMost": 1 }""").Comparisons.Count);
        Assert.Equal(3, Claim("""{ "claim": "value", "metric": "mmd", "where": { "solver.eta": 0.5 }, "atMost": 1 }""").Comparisons.Count);
        Assert.Equal(9, Claim("""{ "claim": "value", "metric": "mmd", "where": { "grid": "uniform", "samples": 100 }, "atMost": 1 }""").Comparisons.Count);
    }

    [Fact]
    public void Sides_pair_cell_by_cell_on_every_axis_that_they_do_not_name()
    {
        ResolvedClaim claim = Claim("""
            { "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "where": { "steps": [5, 10] }, "byAtLeast": 0.01 }
            """);
        Assert.Equal(
            ["steps 5: +1·mmd(ddim(eta=0.5) 5) -1·mmd(euler 5) ≤ -0.01", "steps 10: +1·mmd(ddim(eta=0.5) 10) -1·mmd(euler 10) ≤ -0.01"],
            claim.Comparisons.Select(Line));
        Assert.Equal("mmd of ddim < euler by at least 0.01, where steps 5|10", claim.Stated.Text);
        // Of several on one side, each pairs with each.
        Assert.Equal(
            ["solver euler and ddim(eta=0.5): +1·mmd(euler 5) -1·mmd(ddim(eta=0.5) 5) < 0",
                "solver ancestral and ddim(eta=0.5): +1·mmd(ancestral 5) -1·mmd(ddim(eta=0.5) 5) < 0"],
            Claim("""
                { "claim": "less", "metric": "mmd", "left": { "solver": ["euler", "ancestral"] }, "right": { "solver": "ddim" }, "where": { "steps": 5 } }
                """).Comparisons.Select(Line));
        Assert.Equal(
            ["solver euler: +1·mmd(euler 5) -1·mmd(euler 20) < 0", "solver ancestral: +1·mmd(ancestral 5) -1·mmd(ancestral 20) < 0",
                "solver ddim(eta=0.5): +1·mmd(ddim(eta=0.5) 5) -1·mmd(ddim(eta=0.5) 20) < 0"],
            Claim("""{ "claim": "less", "metric": "mmd", "left": { "steps": 5 }, "right": { "steps": 20 } }""").Comparisons.Select(Line));
    }

    [Fact]
    public void What_is_below_an_axis_that_a_side_names_need_not_agree() => Assert.Equal(
        ["solver.eta 0 and none: +1·mmd(ddim 0) -1·mmd(euler) < 0", "solver.eta 1 and none: +1·mmd(ddim 1) -1·mmd(euler) < 0"],
        Claim(
            """{ "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" } }""",
            """ "axes": { "solver": ["ddim", "euler"] }, "when": [{ "if": { "solver": "ddim" }, "axes": { "solver.eta": [0, 1] } }] """)
            .Comparisons.Select(Line));

    [Fact]
    public void The_exact_sampler_stands_beside_each_cell_of_the_other_side() => Assert.Equal(
        ["+1·mmd(euler 5) -1·mmd(euler 5 exact) in [-0.002, 0.002]"],
        Claim("""
            { "claim": "equivalent", "metric": "mmd", "left": { "solver": "euler" }, "right": "exact-sampler", "where": { "steps": 5 }, "within": 0.002 }
            """).Comparisons.Select(comparison => Line(comparison).TrimStart(':', ' ')));

    [Fact]
    public void A_line_goes_from_number_to_number_and_an_order_is_the_slope_of_least_squares()
    {
        Assert.Equal(
            ["steps 5 to 10: +1·mmd(euler 10) -1·mmd(euler 5) < 0", "steps 10 to 20: +1·mmd(euler 20) -1·mmd(euler 10) < 0"],
            Claim("""{ "claim": "monotone", "metric": "mmd", "along": "steps", "where": { "solver": "euler" }, "direction": "decreasing" }""")
                .Comparisons.Select(Line));
        Assert.Equal(
            ["steps 5 to 10: -1·mmd(euler 10) +1·mmd(euler 5) < 0", "steps 10 to 20: -1·mmd(euler 20) +1·mmd(euler 10) < 0"],
            Claim("""{ "claim": "monotone", "metric": "mmd", "along": "steps", "where": { "solver": "euler" }, "direction": "increasing" }""")
                .Comparisons.Select(Line));
        // On equal ratios of 2, the slope over three points is (y₃ − y₁)/(2 log 2): 1/(2 log 2) = 0.721.
        Assert.Equal(
            ["log +0.721·mmd(euler 5) 0·mmd(euler 10) -0.721·mmd(euler 20) in [1.9, 2.1]"],
            Claim("""{ "claim": "order", "metric": "mmd", "along": "steps", "where": { "solver": "euler" }, "between": [1.9, 2.1] }""")
                .Comparisons.Select(comparison => Line(comparison).TrimStart(':', ' ')));
    }

    [Fact]
    public void A_bound_is_another_value_of_the_same_cell() => Assert.Equal(
        ["+1·mmd(euler 5) -1·bound(euler 5) ≤ 0", "+1·mmd(euler 5) -0.5·bound(euler 5) ≥ 0"],
        Claim("""
            { "claim": "bound", "metric": "mmd", "atMost": { "metric": "bound" }, "atLeast": { "metric": "bound", "times": 0.5 },
              "where": { "solver": "euler", "steps": 5 } }
            """).Comparisons.Select(comparison => Line(comparison).TrimStart(':', ' ')));

    [Fact]
    public void A_ranking_takes_the_numbers_of_a_file_beside_the_manifest_and_goes_with_a_run()
    {
        _folder.Write("fid.json", """{ "euler": 15.69, "ancestral": 15.93, "ddim": 2.77, "of another paper": 1 }""");
        ExperimentPlan plan = _folder.Plan(Manifest(
            """{ "claim": "rank-agreement", "metric": "mmd", "over": "solver", "reference": "fid.json", "tauAtLeast": 0.6, "where": { "steps": 5 } }"""));
        ClaimedRanking ranking = Assert.IsType<ClaimedRanking>(Assert.Single(Assert.Single(plan.Claims.Claims).Comparisons));
        Assert.Equal(
            [("euler", "euler 5", 15.69), ("ancestral", "ancestral 5", 15.93), ("ddim", "ddim(eta=0.5) 5", 2.77)],
            ranking.Ranked.Select(one => (one.Name, Where(one.Configuration), one.Reference)));
        string frozen = plan.Freeze(_folder.At("results/sound/run"));
        Assert.Equal("../../../fid.json", JsonNode.Parse(frozen)!["expect"]![0]!["reference"]!.GetValue<string>());
        _folder.Write("results/sound/run/manifest.json", frozen);
        Assert.Equal(plan.Claims.Claims[0].Stated.Text, _folder.Load("results/sound/run/manifest.json").Claims.Claims[0].Stated.Text);
    }

    [Fact]
    public void Claims_and_their_confidence_change_no_key()
    {
        ExperimentPlan without = _folder.Plan(Manifest("")),
            with = _folder.Plan(Manifest("""{ "claim": "value", "metric": "mmd", "atMost": 1 }"""), "confidence=0.99");
        Assert.Equal(without.Key, with.Key);
        Assert.Equal((0.95, 0.99), (without.Claims.Confidence, with.Claims.Confidence));
        Assert.Empty(without.Claims.Claims);
    }

    [Theory]
    // Forms and keys.
    [InlineData("§5", "$.expect[0]  expected a claim, an object with 'claim', found a number")]
    [InlineData(
        """§{ "metric": "mmd" }""", "$.expect[0]  missing key 'claim', which form the claim has (known: value, less, order, monotone, bound, equivalent, "
        + "identical, rank-agreement)")]
    [InlineData(
        """{ "claim": §"vlaue", "metric": "mmd" }""", "$.expect[0].claim  unknown form of claims 'vlaue'; did you mean 'value'? (known: bound, "
        + "equivalent, identical, less, monotone, order, rank-agreement, value)")]
    [InlineData(
        """{ "claim": "value", "metric": "mmd", §"betwen": [0, 1] , "atMost": 2 }""",
        "$.expect[0].betwen  unknown key 'betwen' in claim 'value'; did you "
        + "mean 'between'? (known: atLeast, atMost, between, claim, metric, where)")]
    [InlineData("""§{ "claim": "value", "atMost": 2 }""", "$.expect[0]  missing key 'metric' in claim 'value'")]
    [InlineData("""§{ "claim": "value", "metric": "mmd" }""", "$.expect[0]  expected one of between, atLeast and atMost")]
    [InlineData(
        """{ "claim": "value", "metric": "mmd", "between": §[0, 1], "atMost": 2 }""", "$.expect[0].between  expected one of between, atLeast and atMost")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "between": §[0] }""", "$.expect[0].between  expected [low, high]")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "between": §[2, 1] }""", "$.expect[0].between  low must not be above high")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1, "where": §"euler" }""",
        "$.expect[0].where  expected an object of conditions, path: value or values, found a string")]
    [InlineData("""{ "claim": "less", "metric": "mmd", "left": §"exact", "right": { "solver": "euler" } }""",
        "$.expect[0].left  expected an object of conditions, path: value or values, or \"exact-sampler\", found 'exact'")]
    [InlineData("""{ "claim": "less", "metric": "mmd", "left": §{}, "right": { "solver": "euler" } }""",
        "$.expect[0].left  expected an object of conditions, path: value or values, or \"exact-sampler\", found an empty one")]
    [InlineData("""{ "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "byAtLeast": §-1 }""",
        "$.expect[0].byAtLeast  must be at least 0, found -1")]
    [InlineData("""{ "claim": "monotone", "metric": "mmd", "along": "steps", "direction": §"down" }""",
        "$.expect[0].direction  unknown value 'down' (known: decreasing, increasing)")]
    [InlineData("""§{ "claim": "bound", "metric": "mmd" }""", "$.expect[0]  expected atMost, atLeast or both, each an object with a metric")]
    [InlineData("""{ "claim": "bound", "metric": "mmd", "atMost": §{ "metric": "mmd" } }""", "$.expect[0].atMost  'mmd' is bounded by itself")]
    [InlineData("""{ "claim": "bound", "metric": "mmd", "atMost": { §"mertic": "x", "metric": "y" } }""",
        "$.expect[0].atMost.mertic  unknown key 'mertic'; did you mean 'metric'? (known: metric, times)")]
    [InlineData("""{ "claim": "rank-agreement", "metric": "mmd", "over": "solver", "reference": §"no.json", "tauAtLeast": 0.6 }""",
        "$.expect[0].reference  file not found: ")]
    // Cells that are not there.
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1, "where": { §"solvr": "euler" } }""",
        "$.expect[0].where.solvr  unknown path 'solvr'; did you mean 'solver'? (known: solver, steps)")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1, "where": { "solver": §"eular" } }""",
        "$.expect[0].where.solver  no cell has solver 'eular'; did you mean 'euler'? (known: ancestral, ddim(eta=0.5), euler)")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1, "where": { "steps": [5, §7] } }""",
        "$.expect[0].where.steps[1]  no cell has steps '7' (known: 10, 20, 5)")]
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1, "where": { "solver": §"euler", "solver.eta": 0.5 } }""",
        "$.expect[0].where.solver  no cell with solver euler meets the other conditions too")]
    [InlineData("""{ "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": §{ "solver": "euler" } }""",
        "$.expect[0].right  'left' and 'right' mean the same cells")]
    [InlineData("""{ "claim": "monotone", "metric": "mmd", "along": §"step", "direction": "decreasing" }""",
        "$.expect[0].along  the sweep has no axis 'step'; did you mean 'steps'? (known: solver, steps)")]
    [InlineData("""{ "claim": "monotone", "metric": "mmd", "along": §"solver", "direction": "decreasing" }""",
        "$.expect[0].along  'solver' is no number everywhere: a cell has 'euler'")]
    [InlineData("""{ "claim": "order", "metric": "mmd", "along": §"steps", "range": [5, 10], "between": [1, 2], "where": { "solver": "euler" } }""",
        "$.expect[0].along  'steps' takes 2 numbers; the claim needs at least 3")]
    [InlineData("""{ "claim": "order", "metric": "mmd", "along": "steps", "range": §[50, 100], "between": [1, 2] }""",
        "$.expect[0].range  no cell has a number of 'steps' in this range")]
    [InlineData("""{ "claim": "identical", "left": { "solver": "euler" }, "right": §"exact-sampler" }""",
        "$.expect[0].right  an exact sampler draws samples of its own; 'equivalent' compares values with those of one")]
    [InlineData("""{ "claim": "less", "metric": "mmd", "left": "exact-sampler", "right": §"exact-sampler" }""",
        "$.expect[0].right  the exact sampler is compared with itself")]
    public void What_cannot_be_meant_is_refused_at_its_place(string claim, string message) =>
        Assert.StartsWith(message, ProblemAt(claim), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_array_of_claims_is_refused() =>
        Assert.Equal("$.expect  expected an array of claims, found an object", _folder.ProblemAt("""
            { "name": "sound", "data": "points", "schedule": "exploding", "model": "exact", "grid": "uniform", "solver": "ddim", "steps": 10, "samples": 100,
              "expect": §{ "claim": "value" } }
            """));

    [Fact]
    public void Claims_are_not_swept() => Assert.Equal("$.sweep.axes.confidence  'confidence' cannot be swept", _folder.ProblemAt("""
        { "data": "points", "schedule": "exploding", "model": "exact", "grid": "uniform", "solver": "ddim", "steps": 10, "samples": 100,
          "sweep": { "axes": { §"confidence": [0.9, 0.99] } } }
        """));

    [Fact]
    public void Sides_that_differ_in_an_axis_which_neither_names_are_refused()
    {
        const string Apart = """
            "union": [{ "axes": { "solver": ["euler"], "schedule.sigmaMax": [10] } }, { "axes": { "solver": ["ddim"], "schedule.sigmaMax": [20] } }]
            """;
        Assert.Equal(
            "$.expect[0]  no cell of 'left' stands beside one of 'right': they differ in schedule.sigmaMax, and only what 'left' or 'right' names may differ",
            ProblemAt("""§{ "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" } }""", Apart));
        Assert.Equal(
            ": +1·mmd(euler 10) -1·mmd(ddim 20) < 0",
            Line(Claim(
                """{ "claim": "less", "metric": "mmd", "left": { "solver": "*", "schedule.sigmaMax": 10 }, "right": { "schedule.sigmaMax": 20 } }""", Apart)
                .Comparisons[0]));
    }

    [Fact]
    public void A_cell_without_a_partner_is_refused_rather_than_left_out()
    {
        const string Uneven = """ "union": [{ "axes": { "solver": ["euler"], "steps": [5, 10] } }, { "axes": { "solver": ["ddim"], "steps": [10, 20] } }] """;
        Assert.Equal(
            "$.expect[0].left  'right' has no cell beside that at steps 5; 'where' can leave it out",
            ProblemAt("""{ "claim": "less", "metric": "mmd", "left": §{ "solver": "euler" }, "right": { "solver": "ddim" } }""", Uneven));
        Assert.Equal(
            "$.expect[0].right  'left' has no cell beside that at steps 20; 'where' can leave it out",
            ProblemAt(
                """{ "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": §{ "solver": "ddim" }, "where": { "steps": [10, 20] } }""",
                Uneven));
    }

    [Theory]
    [InlineData("""{ "euler": "low" }""", "fid.json:1:12  $.euler  expected a number, found a string")]
    [InlineData("""[1, 2, 3]""", "fid.json:1:1  $  expected an object of numbers, one for each name, found an array")]
    [InlineData("""{ "euler": 1, "ddmi": 2, "ancestral": 3 }""", "experiment.json:4:14  $.expect[0].reference  the file has different numbers for 2 values of "
        + "'solver'; a ranking needs at least 3 (known: euler, ancestral, ddim(eta=0.5))")]
    public void A_file_of_ranks_is_checked(string file, string message)
    {
        _folder.Write("fid.json", file);
        string[] problems = _folder.Problems(Manifest("""
            { "claim": "rank-agreement", "metric": "mmd", "over": "solver", "where": { "steps": 5 },
            "reference": "fid.json", "tauAtLeast": 0.6 }
            """).Replace("\"expect\": [{ ", "\"expect\": [{", StringComparison.Ordinal));
        Assert.Contains(message.Split("  ", 2)[1], Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{ "claim": "value", "metric": "mmd", "between": [0, 1], "where": { "steps": 5 } }, §{ "claim": "value", "metric": "mmd", "atLeast": 2 }""", "both")]
    [InlineData(
        """
        { "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" } },
        §{ "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "where": { "steps": 5 } }
        """, "both")]
    [InlineData(
        """
        { "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" } },
        { "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "ancestral" } },
        §{ "claim": "equivalent", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "within": 1e-9,
          "where": { "steps": 20 } },
        { "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" }, "byAtLeast": 1 }
        """, null)]
    [InlineData(
        """
        { "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" }, "byAtLeast": 0.5 },
        §{ "claim": "equivalent", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "within": 0.4 }
        """, "both")]
    [InlineData(
        """
        { "claim": "identical", "left": { "solver": "euler" }, "right": { "solver": "ddim" } },
        §{ "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" } }
        """, "both")]
    [InlineData(
        """
        { "claim": "monotone", "metric": "mmd", "along": "steps", "direction": "decreasing" },
        { "claim": "value", "metric": "mmd", "atMost": 1, "where": { "solver": "euler", "steps": 5 } },
        §{ "claim": "value", "metric": "mmd", "atLeast": 1, "where": { "solver": "euler", "steps": 20 } }
        """, "all of them")]
    [InlineData(
        """
        { "claim": "bound", "metric": "mmd", "atMost": { "metric": "bound" } },
        { "claim": "value", "metric": "bound", "atMost": 0.5 },
        §{ "claim": "value", "metric": "mmd", "atLeast": 0.6, "where": { "solver": "euler", "steps": 20 } }
        """, "all of them")]
    [InlineData(
        """
        { "claim": "order", "metric": "mmd", "along": "steps", "where": { "solver": "euler" }, "between": [1.9, 2.1] },
        §{ "claim": "order", "metric": "mmd", "along": "steps", "between": [0.9, 1.1] }
        """, "both")]
    public void Claims_that_contradict_one_another_are_refused(string claims, string? many)
    {
        if (many is null)
        {
            // Of several contradictions the first that is found is told.
            string[] problems = _folder.Problems(Manifest(claims.Replace("§", "", StringComparison.Ordinal)));
            Assert.Contains("contradicts", Assert.Single(problems), StringComparison.Ordinal);
            return;
        }

        string problem = ProblemAt(claims);
        Assert.Contains("contradicts '", problem, StringComparison.Ordinal);
        Assert.Contains("experiment.json:", problem, StringComparison.Ordinal);
        Assert.EndsWith($": no values meet {many}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Claims_that_touch_do_not_contradict() => Assert.Equal(5, Claims("""
        { "claim": "value", "metric": "mmd", "between": [0, 1] },
        { "claim": "value", "metric": "mmd", "atLeast": 1 },
        { "claim": "less", "metric": "mmd", "left": { "solver": "euler" }, "right": { "solver": "ddim" }, "where": { "steps": 5 } },
        { "claim": "less", "metric": "mmd", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "where": { "steps": 10 } },
        { "claim": "equivalent", "metric": "bound", "left": { "solver": "ddim" }, "right": { "solver": "euler" }, "within": 0.1 }
        """.Replace("\"between\": [0, 1] }", "\"between\": [0, 1], \"where\": { \"steps\": 20 } }", StringComparison.Ordinal)).Claims.Count);

    [Fact]
    public void A_schema_completes_every_form()
    {
        JsonNode schema = JsonNode.Parse(ManifestSchema.Write(FakeComponents.Catalogue))!["properties"]!;
        JsonArray forms = schema["expect"]!["items"]!["anyOf"]!.AsArray();
        Assert.Equal(ClaimForm.All.Select(form => form.Name), forms.Select(form => form!["properties"]!["claim"]!["const"]!.GetValue<string>()));
        JsonNode less = forms[1]!;
        Assert.Equal(["claim", "metric", "left", "right"], less["required"]!.AsArray().Select(key => key!.GetValue<string>()));
        Assert.Equal("exact-sampler", less["properties"]!["left"]!["anyOf"]![0]!["const"]!.GetValue<string>());
        Assert.Equal(2, forms[0]!["properties"]!["between"]!["minItems"]!.GetValue<int>());
        Assert.All(ClaimForm.All.SelectMany(form => form.Shape.Properties), property => Assert.True(property.Description.Length > 0, property.Name));
        Assert.All(ClaimForm.All, form => Assert.Empty(form.Shape.Flaws));
        Assert.Equal(0.5, schema["confidence"]!["minimum"]!.GetValue<double>());
    }
}
