using System.Text.Json;
using Diffusion.Core.Sampling;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>A peer's run, said in our terms.</summary>
internal sealed record GoldenRun
{
    /// <summary>What the peer's model emits.</summary>
    public required PredictionKind Emits { get; init; }

    /// <summary>The process. The default knows nothing: most methods need no more than the levels.</summary>
    public NoiseSchedule Schedule { get; init; } = new LevelsOnly();

    public required IReadOnlyList<NoiseLevel> Levels { get; init; }

    public required ISolver Solver { get; init; }

    /// <summary>Which field holds the start.</summary>
    public string Start { get; init; } = "x0";

    /// <summary>Factor on every draw of the tape.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>The model, where it is not the exact one asked at the level that the method names.</summary>
    public Func<ExactMixture, IDenoiser>? Model { get; init; }

    /// <summary>Whether the peer draws in every step, also where it does without: our draws of step i then read entry i of the tape.</summary>
    public bool DrawsByStep { get; init; }

    /// <summary>Error that the record itself has beyond its rounding, absolute.</summary>
    public double Slack { get; init; }

    /// <summary>Recorded states by the number of our level; by default those of the field "traj".</summary>
    public Func<JsonElement, int, IEnumerable<(int Level, JsonElement State)>> Trajectory { get; init; } = StatesInOrder;

    /// <summary>Runs and compares evaluations, every recorded state and the last.</summary>
    public void Check(GoldenCase golden)
    {
        using DisposeScope scope = NewDisposeScope();
        SamplingOutcome outcome = Run(golden, golden.Points(Start), firstDraw: 0);
        Assert.Equal(golden.Number("nfe"), outcome.Evaluations);
        if (golden.Has("traj"))
        {
            foreach ((int level, JsonElement state) in Trajectory(golden.Json.GetProperty("traj"), Levels.Count - 1))
                AssertSame(golden, GoldenCase.Flatten(state), outcome.Trajectory[level], $"state {level}", Slack);
        }

        AssertSame(golden, golden.FinalState, outcome.State, "final state", Slack);
    }

    /// <summary>Runs from a start of the caller's.</summary>
    public SamplingOutcome Run(GoldenCase golden, double[] start, int firstDraw)
    {
        ExactMixture target = golden.Target;
        Tensor Draw(int draw, Tensor like) => tensor(golden.Draw(firstDraw + draw), like.shape) * NoiseScale;
        INoiseSource noise = DrawsByStep ? new StepTapeNoise(Draw) : new TapeNoise(Draw);
        return SamplingLoop.Run(
            new(Model?.Invoke(target) ?? new ExactMixtureDenoiser(target, Emits), Schedule, Levels, Solver),
            tensor(start, [start.Length / target.Dimension, target.Dimension]),
            noise,
            keepTrajectory: true,
            TestContext.Current.CancellationToken);
    }

    public static void AssertSame(GoldenCase golden, double[] expected, Tensor actual, string what, double slack = 0)
    {
        double[] values = actual.data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        double tolerance = (golden.Tolerance * Math.Max(1, what == "final state" ? 0 : expected.Max(Math.Abs))) + slack;
        double worst = expected.Zip(values, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, FormattableString.Invariant($"{golden.Id}, {what}: off by {worst:e2}, {tolerance:e2} allowed"));
    }

    /// <summary>Compares which attempts an adaptive run made, where it aimed and what was accepted, with whatever the case records of it.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="attempts">Ours.</param>
    /// <param name="place">What the case records of the level that an attempt aims at.</param>
    public static void AssertSameAttempts(GoldenCase golden, IReadOnlyList<StepAttempt> attempts, Func<StepAttempt, double> place)
    {
        int accepted = attempts.Count(attempt => attempt.IsAccepted);
        if (golden.Has("n_accepted"))
            Assert.Equal(golden.Number("n_accepted"), accepted);
        if (golden.Has("n_rejected"))
            Assert.Equal(golden.Number("n_rejected"), attempts.Count - accepted);
        if (golden.Has("accepted_t"))
            AssertSamePlaces(golden.Numbers("accepted_t")[1..], [.. attempts.Where(attempt => attempt.IsAccepted).Select(place)]);
        if (!golden.Json.TryGetProperty("attempts", out JsonElement records))
            return;

        Assert.Equal(records.GetProperty("accepted").EnumerateArray().Select(flag => flag.GetDouble() != 0), attempts.Select(attempt => attempt.IsAccepted));
        if (records.TryGetProperty("t_to", out JsonElement targets))
            AssertSamePlaces([.. targets.EnumerateArray().Select(v => v.GetDouble())], [.. attempts.Select(place)]);
        if (records.TryGetProperty("sigma_after", out JsonElement reached))
            AssertSamePlaces([.. reached.EnumerateArray().Select(v => v.GetDouble())], [.. attempts.Select(place)]);
        if (records.TryGetProperty("error", out JsonElement errors))
            AssertSamePlaces([.. errors.EnumerateArray().Select(v => v.GetDouble())], [.. attempts.Select(attempt => attempt.Error)]);

        // The record may stop short of the end.
        void AssertSamePlaces(double[] expected, double[] actual)
        {
            Assert.True(expected.Length <= actual.Length, $"{golden.Id}: {actual.Length} steps instead of {expected.Length} or more");
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 10 * golden.Tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    /// <summary>Compares cost with a peer that evaluates the start of a step anew for every attempt, which is not done here.</summary>
    public static void AssertSameCost(GoldenCase golden, SamplingOutcome outcome, int evaluationsAnAttempt)
    {
        Assert.Equal(golden.Number("nfe"), evaluationsAnAttempt * outcome.Attempts.Count);
        Assert.Equal(golden.Number("nfe") - outcome.Attempts.Count(attempt => !attempt.IsAccepted), outcome.Evaluations);
    }

    private static IEnumerable<(int Level, JsonElement State)> StatesInOrder(JsonElement trajectory, int steps) =>
        trajectory.GetProperty("x").EnumerateArray().Select((state, i) => (i, state));

    private sealed class StepTapeNoise(Func<int, Tensor, Tensor> draw) : INoiseSource
    {
        public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) =>
            throw new NotSupportedException("A method whose draws are counted by step asked for a place on the path.");

        public Tensor Independent(long index, Tensor like) => draw((int)index, like);
    }

    private sealed class LevelsOnly : NoiseSchedule
    {
        public override double Horizon => throw Unknown();

        public override double MinimumTime => throw Unknown();

        public override NoiseLevel At(double t) => throw Unknown();

        public override double Drift(double t) => throw Unknown();

        public override double DiffusionSquared(double t) => throw Unknown();

        public override double TimeAt(double halfLogSnr) => throw Unknown();

        private static NotSupportedException Unknown() => new("A method that should need only levels asked for the process.");
    }
}
