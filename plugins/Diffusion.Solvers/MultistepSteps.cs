using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>The published multistep DPM-Solver formulas, which differ from exponential Adams-Bashforth in their constants.</summary>
internal static class MultistepSteps
{
    /// <summary>Two estimates; fewer make DDIM's step, and so does a step to σ = 0, where h has no bound.</summary>
    public static Tensor Second(this ExponentialForm form, MultistepCorrection correction, NoiseLevel to, IReadOnlyList<Evaluation> estimates)
    {
        if (correction == MultistepCorrection.Taylor || estimates.Count == 1 || to.IsClean)
            return form.AdamsBashforth(to, estimates);

        Evaluation newest = estimates[0];
        double h = to.HalfLogSnr - newest.Level.HalfLogSnr;
        double whole = form.Moment(1, h);
        double ofSlope = 0.5 * whole * h / (newest.Level.HalfLogSnr - estimates[1].Level.HalfLogSnr);
        return form.Advance(
            newest.Prediction.State, newest.Level, to, [whole + ofSlope, -ofSlope], [newest.Prediction, estimates[1].Prediction]);
    }

    /// <summary>
    /// Three estimates as published: the second difference, which is half the second derivative, stands where the second derivative belongs.
    /// </summary>
    public static Tensor ThirdAsPublished(
        this ExponentialForm form, MultistepCorrection correction, NoiseLevel to, IReadOnlyList<Evaluation> estimates)
    {
        if (estimates.Count < 3 || to.IsClean)
            return form.Second(correction, to, estimates);

        NoiseLevel from = estimates[0].Level;
        double h = to.HalfLogSnr - from.HalfLogSnr;
        double r0 = (from.HalfLogSnr - estimates[1].Level.HalfLogSnr) / h;
        double r1 = (estimates[1].Level.HalfLogSnr - estimates[2].Level.HalfLogSnr) / h;
        double ofDifference = ((form.Moment(2, h) * r0) + form.Moment(3, h)) / (r0 + r1);
        double ofNewSlope = (form.Moment(2, h) + ofDifference) / r0;
        double ofOldSlope = -ofDifference / r1;
        return form.Advance(
            estimates[0].Prediction.State,
            from,
            to,
            [form.Moment(1, h) + ofNewSlope, ofOldSlope - ofNewSlope, -ofOldSlope],
            [.. estimates.Select(estimate => estimate.Prediction)]);
    }
}
