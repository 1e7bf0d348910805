using System.Globalization;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>
/// How often a wrong verdict is reached when claims are judged again and again, over 2 000 seeds. What is claimed lies exactly at the truth, so that whoever
/// reaches a verdict, of either kind, is wrong.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RepeatedLooksTests : IDisposable
{
    private const int Seeds = 2000;

    private const string One = """{ "claim": "value", "metric": "mmd", "where": { "solver": "euler", "steps": 5 }, "atMost": 0 }""",
        Two = """{ "claim": "less", "metric": "mmd", "left": { "solver": "euler", "steps": 10 }, "right": { "solver": "ancestral", "steps": 10 } }""",
        Three = """{ "claim": "value", "metric": "mmd", "where": { "solver": "ancestral", "steps": 5 }, "between": [0, 100] }""";

    private static readonly (string Name, Func<Random, double> Draw)[] Laws =
    [
        ("normal", Normal),
        ("difference of two squared distances at their null", random => SquaredDistance(random) - SquaredDistance(random)),
        ("lognormal, σ = 1/2", random => Math.Exp(Normal(random) / 2) - Math.Exp(0.125)),
    ];

    private readonly ClaimRecords _records = new();

    public void Dispose() => _records.Dispose();

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double SquaredDistance(Random random) => Enumerable.Range(1, 20).Sum(k => (Math.Pow(Normal(random), 2) - 1) / (k * k));

    // The shares of experiments with a wrong verdict: judged once, at every look as though it were the only one, and as the looks are meant.
    private (double Once, double Naive, double Sequential) Wrong(string claims, Func<Random, double> draw)
    {
        ExperimentPlan plan = _records.Plan(
            claims, """{ "until": "decided", "atMost": 64 }""", axes: "\"solver\": [\"euler\", \"ancestral\"], \"steps\": [5, 10]");
        LookSchedule looks = plan.Claims.Looks!;
        ClaimSet once = plan.Claims with { Looks = null };
        int[] wrong = new int[3];
        Parallel.For(0, Seeds, seed =>
        {
            Random random = new(seed);
            RecordedValues values = new([.. plan.Cells.Select(cell => ClaimRecords.Record(cell, draw(random)))], null);
            Count(0, IsWrong(once, values));
            Count(1, looks.Repeats.Any(repeats => IsWrong(once, values.UpTo(repeats))));
            Count(2, IsWrong(plan.Claims, values));
        });
        return ((double)wrong[0] / Seeds, (double)wrong[1] / Seeds, (double)wrong[2] / Seeds);

        void Count(int kind, bool isWrong)
        {
            if (isWrong)
                Interlocked.Increment(ref wrong[kind]);
        }
    }

    private static bool IsWrong(ClaimSet claims, RecordedValues values) =>
        ClaimJudge.Judge(claims, values).Claims.Any(claim => claim.Verdict != ClaimVerdict.Undecided);

    [Fact]
    public void Looking_again_and_again_is_wrong_too_often_and_looks_that_share_the_error_are_not()
    {
        foreach ((string name, Func<Random, double> draw) in Laws)
        {
            foreach ((string claims, string count) in new[] { (One, "1"), ($"{One}, {Two}, {Three}", "3") })
            {
                (double once, double naive, double sequential) = Wrong(claims, draw);
                string row = string.Create(
                    CultureInfo.InvariantCulture, $"| {name} | {count} | {100 * once:f1} | {100 * naive:f1} | {100 * sequential:f1} |");
                TestContext.Current.TestOutputHelper?.WriteLine(row);
                Assert.True(naive > 0.05, row);
                Assert.True(sequential <= 0.05, row);
            }
        }
    }
}
