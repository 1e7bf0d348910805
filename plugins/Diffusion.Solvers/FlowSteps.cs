using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>The steps that several methods share.</summary>
internal static class FlowSteps
{
    /// <summary>α D + σ ε̂: the state at another level if the estimates of data and noise stay as they are.</summary>
    public static Tensor StateAt(this Prediction prediction, double alpha, double sigma) =>
        prediction.Combine(_ => 0, _ => alpha, _ => sigma);

    /// <summary>The right-hand side of the probability-flow ODE in this variable.</summary>
    public static Tensor Slope(this FlowVariable variable, Prediction prediction, NoiseSchedule schedule) =>
        variable == FlowVariable.Time ? prediction.Velocity(schedule) : prediction.Epsilon;

    /// <summary>Why a method cannot begin at these levels in this variable, as a clause to follow its name; null when it can.</summary>
    public static string? ObjectionToNoSignal(this FlowVariable variable, IReadOnlyList<NoiseLevel> levels) =>
        variable == FlowVariable.NoiseToSignal && levels[0].Alpha == 0
            ? "integrates in σ/α, which is infinite at the first level (α = 0); \"variable\": \"time\" integrates in the schedule's own time instead"
            : null;

    /// <summary>
    /// Euler's step in this variable from the point of <paramref name="prediction"/>. In σ̂ it is α_t D + σ_t ε̂; so is, in any variable,
    /// the step that takes no time: from a process whose noise at t = 0 is not 0 to clean data.
    /// </summary>
    public static Tensor Euler(this FlowVariable variable, Prediction prediction, NoiseLevel to, NoiseSchedule schedule)
    {
        double duration = to.T - prediction.Levels[0].T;
        return variable == FlowVariable.NoiseToSignal || duration == 0
            ? prediction.StateAt(to.Alpha, to.Sigma)
            : prediction.Combine(_ => 1, l => duration * schedule.AlphaRate(l.T), l => duration * schedule.SigmaRate(l.T));
    }
}
