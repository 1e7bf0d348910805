using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmFastAncestralSolver"/>.</summary>
public sealed record DpmFastAncestralOptions : ComponentOptions
{
    [Description("Share of fresh noise: 0 is DPM-Solver-fast, 1 that of the reversed chain.")]
    [Range(0.0, 10.0)]
    public double Eta { get; init; } = 1;

    [Description("Factor on the fresh noise; other than 1 changes the law.")]
    [Range(0.0, 10.0)]
    public double NoiseScale { get; init; } = 1;

    [Description("Evaluations of the run modulo 3, which fixes the orders of the last steps: 0 is …, 3, 2, 1; 1 is …, 3, 1; 2 is …, 3, 2.")]
    [Range(0, 2)]
    public int Remainder { get; init; }
}

/// <summary>DPM-Solver-fast (single steps of order 3, fewer at the end) down to less noise than asked for, then fresh noise. Weak order 2 or 3.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver", algorithms 1, 2, 4 and section 3.4; Crowson's k-diffusion, sample_dpm_fast with eta. N steps cost 3N − 3 (the
/// last two of order 2 and 1), 3N − 2 (the last of order 1) or 3N − 1 evaluations (the last of order 2). In x̂ = x/α and σ̂ = σ/α, from s to d,
/// the noise scale σ_down/α_t of "euler-ancestral", with h = λ_d − λ_s and E(c) = e^(ch) − 1:
/// <code>
/// order 1   x̂_d = x̂_s − σ̂_d E(1) ε̂_s
/// order 2   x̂_d = x̂_s − σ̂_d E(1) ε̂_m,   m at λ_s + h/2 by order 1
/// order 3   x̂_2 = x̂_s − σ̂_2 E(⅔) ε̂_s − 2 σ̂_2 (E(⅔)/⅔h − 1) (ε̂_1 − ε̂_s),   1 at λ_s + h/3 by order 1, 2 at λ_s + 2h/3
///           x̂_d = x̂_s − σ̂_d E(1) ε̂_s − 3/2 σ̂_d (E(1)/h − 1) (ε̂_2 − ε̂_s)
/// x_t = α_t x̂_d + √(σ_t² − α_t² σ̂_d²) z
/// </code>
/// d is never below the process's smallest noise, so that a step to it draws none. One step of order 1 at the end
/// holds the whole run to order 2, one of order 2 does not. A step to σ = 0 or from α = 0 is that of "euler-ancestral", one evaluation.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-fast-ancestral",
    "DPM-Solver-fast with fresh noise at every level: weak order 2 or 3, three evaluations per step and fewer at the end",
    Reference = "Lu et al. 2022a, section 3.4; k-diffusion")]
public sealed class DpmFastAncestralSolver(DpmFastAncestralOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = options.Remainder == 2 ? 3 : 2,
        EvaluationsOverRun = levels => Enumerable.Range(0, levels.Count - 1)
            .Sum(i => OrderOf(i, levels.Count - 1, options.Remainder, levels[i], levels[i + 1])),
        IsStochastic = options.Eta > 0 && options.NoiseScale > 0,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        int order = OrderOf(step.Index, step.Count, options.Remainder, from, to);
        AncestralSplit split = AncestralSplit.Between(from, to, options.Eta);
        Prediction start = denoiser.Predict(step.X, from);
        if (to.IsClean || from.Alpha == 0)
            return start.StateAt(to.Alpha, split.Down).AddIncrement(step, options.NoiseScale * split.Up);

        double smallest = step.Schedule.At(step.Schedule.MinimumTime).NoiseToSignal;
        double down = Math.Min(to.Sigma, Math.Max(split.Down, to.Alpha * smallest));
        double h = Math.Log(to.Alpha / down) - from.HalfLogSnr;
        Tensor next = (step.X * (to.Alpha / from.Alpha)).add_(Slope(step, start, order, h, denoiser), alpha: -down);
        return next.AddIncrement(step, options.NoiseScale * Math.Sqrt((to.Sigma - down) * (to.Sigma + down)));
    }

    /// <summary>(x̂_s − x̂_d)/σ̂_d.</summary>
    private static Tensor Slope(in SolverStep step, Prediction start, int order, double h, IDenoiser denoiser)
    {
        double whole = PreciseMath.Expm1(h);
        if (order == 1)
            return start.Epsilon * whole;

        NoiseLevel first = step.Schedule.AtHalfLogSnr(step.From.HalfLogSnr + (h / order));
        Prediction atFirst = denoiser.Predict(start.StateAt(first.Alpha, first.Sigma), first);
        if (order == 2)
            return atFirst.Epsilon * whole;

        NoiseLevel second = step.Schedule.AtHalfLogSnr(step.From.HalfLogSnr + (2 * h / 3));
        double part = PreciseMath.Expm1(2 * h / 3);
        double weight = 2 * second.Sigma * ((part / (2 * h / 3)) - 1);
        Tensor state = start.StateAt(second.Alpha, second.Sigma).add_(start.Epsilon, alpha: weight).add_(atFirst.Epsilon, alpha: -weight);
        Prediction atSecond = denoiser.Predict(state, second);
        double correction = 1.5 * ((whole / h) - 1);
        return (start.Epsilon * (whole - correction)).add_(atSecond.Epsilon, alpha: correction);
    }

    private static int OrderOf(int index, int count, int remainder, NoiseLevel from, NoiseLevel to)
    {
        if (to.IsClean || from.Alpha == 0)
            return 1;

        int fromEnd = count - 1 - index;
        return (remainder, fromEnd) switch
        {
            (0, 0) => 1,
            (0, 1) => 2,
            (_, 0) => remainder,
            _ => 3,
        };
    }
}
