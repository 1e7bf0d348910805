using System.Globalization;
using System.Text.RegularExpressions;
using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

/// <summary>Any process with any grid, options and number of steps: a run of the right length with falling noise and the ends asked for, or a reason.</summary>
public sealed partial class GridFuzzTests
{
    private const int Shards = 8;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Shards)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Ten_thousand_combinations_hold(int seed) => CheckMany(seed, 10_000 / Shards);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Seeds))]
    public void A_million_combinations_hold(int seed) => CheckMany(seed + 1000, 1_000_000 / Shards);

    private static void CheckMany(int seed, int count)
    {
        var random = new Fuzz(seed);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            NoiseSchedule schedule = RandomSchedule(random);
            GridEnd end = random.OneOf(GridEnd.Zero, GridEnd.Minimum, GridEnd.Denoise);
            (ITimeGrid grid, Ends ends) = RandomGrid(random, schedule, end);
            int steps = random.Steps();
            string what =
                FormattableString.Invariant($"seed {seed}, combination {i}: {grid.GetType().Name} to {end} with {steps} steps on {schedule.GetType().Name}");
            try
            {
                Check(grid.Levels(schedule, steps), schedule, steps, end, ends, what);
                Assert.False(ends.NeedsSignal && schedule.At(schedule.Horizon).Alpha == 0, $"{what}: starts from no signal");
            }
            catch (ArgumentException refusal)
            {
                Assert.True(IsDue(refusal.Message, schedule, ends), $"{what}: {refusal.Message}");
                refused++;
            }
        }

        Assert.True(refused < 0.3 * count, $"{refused} of {count} combinations refused");
    }

    private static void Check(IReadOnlyList<NoiseLevel> levels, NoiseSchedule schedule, int steps, GridEnd end, Ends ends, string what)
    {
        Assert.True(levels.Count == steps + (end == GridEnd.Denoise ? 2 : 1), $"{what}: {levels.Count} levels");
        Assert.True(levels[^1].IsClean == (end != GridEnd.Minimum), $"{what}: ends at sigma = {levels[^1].Sigma}");
        for (int i = 0; i < levels.Count; i++)
        {
            NoiseLevel level = levels[i];
            Assert.True(double.IsFinite(level.Alpha) && double.IsFinite(level.Sigma) && level.Alpha >= 0 && level.Sigma >= 0, $"{what}: level {i} is {level}");
            Assert.True(level.IsClean || level == schedule.At(level.T), $"{what}: level {i} is not the schedule's");
            Assert.True(level.T >= 0 && level.T <= schedule.Horizon, $"{what}: level {i} is at time {level.T}");
            Assert.True(i == 0 || level.NoiseToSignal < levels[i - 1].NoiseToSignal, $"{what}: noise does not fall to level {i}");
        }

        int smallest = end == GridEnd.Minimum ? levels.Count - 1 : levels.Count - 2;
        if (ends.StartsAtHorizon)
            Assert.True(levels[0] == schedule.At(schedule.Horizon), $"{what}: starts at {levels[0]}");
        if (ends.EndsAtMinimum && smallest > 0)
            Assert.True(levels[smallest] == schedule.At(schedule.MinimumTime), $"{what}: smallest noise is at {levels[smallest]}");
    }

    // A refusal is right where the process has no signal at its horizon and the grid needs some, where the grid's table is too short, or
    // where no noise rate leads from end to end.
    private static bool IsDue(string message, NoiseSchedule schedule, Ends ends)
    {
        if (message.Contains("no signal left", StringComparison.Ordinal))
            return ends.NeedsSignal && schedule.At(schedule.Horizon).Alpha == 0;
        if (TableTooShort().Match(message) is { Success: true } match)
            return int.Parse(match.Groups["has"].Value, CultureInfo.InvariantCulture) < int.Parse(match.Groups["needs"].Value, CultureInfo.InvariantCulture);
        return message.StartsWith("The vp grid finds no noise rate", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"has (?<has>\d+) (?:entries|noise scales).* and (?<needs>\d+) are asked for")]
    private static partial Regex TableTooShort();

    private static NoiseSchedule RandomSchedule(Fuzz random)
    {
        double small = random.LogUniform(1e-6, 1e-2);
        switch (random.Below(16))
        {
            case 0:
                return new VariancePreservingSchedule(
                    new() { BetaMin = random.Uniform(0, 2), BetaMax = random.Uniform(2, 60), SigmaMin = random.OneOf(0, small), MinimumTime = small });
            case 1:
                return new SubVariancePreservingSchedule(new() { BetaMin = random.Uniform(0, 2), BetaMax = random.Uniform(2, 60), MinimumTime = small });
            case 2:
                return new VarianceExplodingSchedule(
                    new() { SigmaMin = random.LogUniform(1e-4, 0.1), SigmaMax = random.LogUniform(1, 1e3), Continuous = random.Coin() });
            case 3:
                return new EdmSchedule(new() { SigmaMin = random.LogUniform(1e-4, 0.1), SigmaMax = random.LogUniform(1, 1e3) });
            case 4:
                return new OrnsteinUhlenbeckSchedule(new() { Horizon = random.Uniform(0.5, 12), MinimumTime = small });
            case 5:
                return new LinearLangevinSchedule(
                    new() { Gamma = random.LogUniform(0.1, 10), Q = random.LogUniform(0.1, 10), Horizon = random.Uniform(0.1, 1.5), MinimumTime = small });
            case 6:
                return new BrownianSchedule(new() { Sigma = random.LogUniform(0.1, 100), Horizon = random.LogUniform(0.1, 1e4), MinimumTime = small });
            case 7:
                return new ExponentialSchedule(new() { Horizon = random.Uniform(0.5, 8), MinimumTime = small });
            case 8:
                return new PowerSchedule(new() { Exponent = random.Uniform(0.5, 3), Horizon = random.Uniform(0.5, 0.9999), MinimumTime = small });
            case 9:
                return new CosineSchedule(new() { Offset = random.OneOf(
                    0, 0.008, 0.05), Shift = random.LogUniform(0.1, 10), Horizon = random.OneOf(0.9, 0.9946, 1), MinimumTime = small });
            case 10:
                return new RectifiedFlowSchedule(new()
                {
                    AlphaMin = random.OneOf(0, small), SigmaMin = random.OneOf(0, small), Shift = random.LogUniform(0.1, 10),
                    Decay = random.OneOf(1, random.Uniform(0.01, 1)),
                    Horizon = random.OneOf(1, 0.99), MinimumTime = small,
                });
            case 11:
                return new TrigonometricSchedule(
                    new() { AlphaMin = random.OneOf(0, small), SigmaMin = random.OneOf(0, small), Horizon = random.OneOf(1, 0.99), MinimumTime = small });
            case 12:
                InterpolantPath path = random.OneOf(
                    InterpolantPath.Power, InterpolantPath.Convex, InterpolantPath.VariancePreserving, InterpolantPath.Trigonometric);
                return new StochasticInterpolantSchedule(new()
                {
                    Path = path, SignalExponent = random.Uniform(0.5, 3),
                    NoiseExponent = path is InterpolantPath.Power or InterpolantPath.Trigonometric ? random.Uniform(0.5, 3) : 1,
                    Horizon = random.OneOf(1, 0.99), MinimumTime = small,
                });
            case 13:
                return new DiscreteBetaSchedule(new()
                {
                    Table = random.OneOf(BetaTable.Linear, BetaTable.ScaledLinear, BetaTable.Cosine, BetaTable.Sigmoid),
                    TrainSteps = random.OneOf(20, 100, 300),
                    BetaEnd = random.Uniform(0.02, 0.2), ZeroTerminalSnr = random.Coin(),
                    Interpolation = random.OneOf(TableInterpolation.LogAlpha, TableInterpolation.HalfLogSnr, TableInterpolation.NoiseToSignal),
                });
            case 14:
                return new SigmoidSchedule(new() { Start = random.Uniform(
                    -4, 1), End = random.Uniform(2, 4), Temperature = random.Uniform(0.3, 2), Horizon = random.OneOf(1, 0.99), MinimumTime = small });
            default:
                return random.OneOf(Tables);
        }
    }

    private static NoiseSchedule[] Tables { get; } =
    [
        Schedules.ReferenceSchedules.Tabulated("levels.csv"), Schedules.ReferenceSchedules.Tabulated("noise-at-start.csv"),
        Schedules.ReferenceSchedules.Tabulated("log-snr.csv"), Schedules.ReferenceSchedules.Tabulated("half-log-snr.csv"),
    ];

    private static (ITimeGrid Grid, Ends Ends) RandomGrid(Fuzz random, NoiseSchedule schedule, GridEnd end)
    {
        var whole = new Ends(StartsAtHorizon: true, EndsAtMinimum: true, NeedsSignal: false);
        Ends withSignal = whole with { NeedsSignal = true };
        var own = new Ends(StartsAtHorizon: false, EndsAtMinimum: false, NeedsSignal: false);
        (double low, double high) = OwnScales(random, schedule);
        switch (random.Below(14))
        {
            case 0:
                return (new UniformGrid(new() { End = end }), whole);
            case 1:
                return (new QuadraticGrid(new() { End = end }), whole);
            case 2:
                return (new LogSnrGrid(new() { End = end }), withSignal);
            case 3:
                return (new LogSnrGrid(new() { SigmaMin = low, SigmaMax = high, End = end }), own);
            case 4:
                return (new KarrasGrid(new() { Rho = random.Uniform(0.5, 15), End = end }), withSignal);
            case 5:
                return (new KarrasGrid(new() { Rho = random.Uniform(0.5, 15), SigmaMin = low, SigmaMax = high, End = end }), own);
            case 6:
                return (new PolyexponentialGrid(new() { Rho = random.Uniform(0.5, 2), End = end }), withSignal);
            case 7:
                return (new PolyexponentialGrid(new() { Rho = random.Uniform(0.5, 2), SigmaMin = low, SigmaMax = high, End = end }), own);
            case 8:
                return (new CosineGrid(new() { End = end }), whole);
            case 9:
                return (new BetaGrid(new() { Alpha = random.Uniform(0.5, 2), Beta = random.Uniform(0.5, 2), End = end }), whole);
            case 10:
                return (new BetaGrid(new()
                {
                    Alpha = random.Uniform(0.5, 2), Beta = random.Uniform(0.5, 2), Variable = BetaGridVariable.NoiseScale, SigmaMin = low, SigmaMax = high,
                    End = end,
                }), own);
            case 11:
                return (new VpGrid(new() { Epsilon = random.LogUniform(1e-5, 1e-2), End = end }), withSignal);
            case 12:
                return (new IddpmGrid(new() { TrainSteps = random.OneOf(50, 300), SigmaMin = low, SigmaMax = high, End = end }), own);
            default:
                return (
                    new DiscreteGrid(new()
                    {
                        Spacing = random.OneOf(DiscreteSpacing.Leading, DiscreteSpacing.Trailing, DiscreteSpacing.Linspace),
                        TrainSteps = random.OneOf(1000, 10000),
                        SkipFirstEntry = random.Coin(), Round = random.Coin(), End = end,
                    }),
                    own);
        }
    }

    private static (double Low, double High) OwnScales(Fuzz random, NoiseSchedule schedule)
    {
        double low = schedule.At(schedule.MinimumTime).NoiseToSignal;
        double high = Math.Min(schedule.At(schedule.Horizon).NoiseToSignal, 1e4);
        double middle = Math.Sqrt(low * high);
        return (random.LogUniform(low, Math.Sqrt(low * middle)), random.LogUniform(middle, high));
    }

    private sealed record Ends(bool StartsAtHorizon, bool EndsAtMinimum, bool NeedsSignal);

    private sealed class Fuzz(int seed)
    {
        private readonly Random _random = new(seed);

        public int Below(int count) => _random.Next(count);

        public bool Coin() => _random.Next(2) == 0;

        public double Uniform(double low, double high) => low + (_random.NextDouble() * (high - low));

        public double LogUniform(double low, double high) => low * Math.Pow(high / low, _random.NextDouble());

        public T OneOf<T>(params T[] choices) => choices[_random.Next(choices.Length)];

        // Mostly few, 1 often, up to 5000 sometimes.
        public int Steps() => _random.Next(200) switch
        {
            0 => _random.Next(1, 5001),
            < 5 => _random.Next(1, 500),
            < 30 => 1,
            _ => _random.Next(1, 25),
        };
    }
}
