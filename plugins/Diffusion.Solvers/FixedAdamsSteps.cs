using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Steps of pseudo-numerical methods: classical weights for the noise, carried along by DDIM's exact transfer.</summary>
/// <remarks>Liu et al. 2022, "Pseudo numerical methods for diffusion models on manifolds", eq. 11: x_t = (α_t/α_s) x_s + (σ_t − α_t σ_s/α_s) ε̂.</remarks>
internal static class FixedAdamsSteps
{
    /// <summary>Number of estimates of the full method, which the paper fixes.</summary>
    public const int FullOrder = 4;

    private static readonly double[][] Weights =
        [.. Enumerable.Range(1, FullOrder).Select(count => LagrangeIntegrals.Polynomial([.. Enumerable.Range(0, count).Select(j => -(double)j)], 0, 1))];

    /// <summary>The transfer with the Adams-Bashforth mean of the estimates, newest first, as if all steps were equal.</summary>
    public static Tensor AdamsBashforth(Tensor x, NoiseLevel from, NoiseLevel to, IReadOnlyList<Prediction> estimates) =>
        Transfer(x, from, to, Weights[estimates.Count - 1], estimates);

    /// <summary>The transfer with a weighted mean of estimates.</summary>
    public static Tensor Transfer(Tensor x, NoiseLevel from, NoiseLevel to, ReadOnlySpan<double> weights, IReadOnlyList<Prediction> estimates)
    {
        double ofNoise = to.Sigma - (to.Alpha * from.NoiseToSignal);
        Tensor next = x * (to.Alpha / from.Alpha);
        for (int j = 0; j < weights.Length; j++)
            next.add_(estimates[j].Epsilon, alpha: ofNoise * weights[j]);
        return next;
    }

    /// <summary>
    /// The newest evaluations at starts of past steps when the first <paramref name="longSteps"/> steps made <paramref name="calls"/> calls each, of
    /// which the first was at the start.
    /// </summary>
    public static IEnumerable<Prediction> Past(in SolverStep step, int longSteps, int calls)
    {
        List<Prediction> past = [];
        int place = -1;
        for (int i = step.Index - 1; i >= 0 && past.Count < FullOrder - 1; i--)
        {
            place += i < longSteps ? calls : 1;
            if (place < step.History.Count)
                past.Add(step.History[place].Prediction);
        }

        return past;
    }

    /// <summary>Why a method of this kind that has no first step of its own for pure noise cannot begin at these levels.</summary>
    public static string? ObjectionToNoSignal(IReadOnlyList<NoiseLevel> levels) =>
        levels[0].Alpha == 0 ? "integrates in σ/α, which has no bound at the first level (α = 0)" : null;
}
