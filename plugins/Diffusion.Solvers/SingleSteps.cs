using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>The stages of single-step DPM-Solvers, of which whole steps and grouped steps are made.</summary>
internal static class SingleSteps
{
    public const double FirstOfThree = 1.0 / 3;
    public const double SecondOfThree = 2.0 / 3;

    /// <summary>The state at <paramref name="to"/> from the state of <paramref name="start"/>, with one evaluation between: order 2.</summary>
    public static Tensor Second(this ExponentialForm form, SingleStepVariant variant, Prediction start, Prediction inner, NoiseLevel to)
    {
        (NoiseLevel from, NoiseLevel middle) = (start.Levels[0], inner.Levels[0]);
        if (variant == SingleStepVariant.Taylor)
            return form.Advance(start.State, from, to, form.ExactWeights([from, middle], from, to), [start, inner]);

        double h = to.HalfLogSnr - from.HalfLogSnr;
        double whole = form.Moment(1, h);
        double ofInner = 0.5 * whole * h / (middle.HalfLogSnr - from.HalfLogSnr);
        return form.Advance(start.State, from, to, [whole - ofInner, ofInner], [start, inner]);
    }

    /// <summary>The state at <paramref name="to"/> from the state of <paramref name="start"/>, with two evaluations between: order 3.</summary>
    public static Tensor Third(
        this ExponentialForm form, SingleStepVariant variant, Prediction start, Prediction first, Prediction second, NoiseLevel to)
    {
        (NoiseLevel from, NoiseLevel last) = (start.Levels[0], second.Levels[0]);
        if (variant == SingleStepVariant.Taylor)
            return form.Advance(start.State, from, to, form.ExactWeights([from, first.Levels[0], last], from, to), [start, first, second]);

        double h = to.HalfLogSnr - from.HalfLogSnr;
        double ofLast = form.Moment(2, h) * h / (last.HalfLogSnr - from.HalfLogSnr);
        return form.Advance(start.State, from, to, [form.Moment(1, h) - ofLast, ofLast], [start, second]);
    }

    /// <summary>A whole step of order 2 with its evaluation at a share of the way in λ: two evaluations, one to σ = 0.</summary>
    public static Tensor StepSecond(this ExponentialForm form, SingleStepVariant variant, double share, in SolverStep step, IDenoiser denoiser)
    {
        NoiseLevel to = step.To;
        Prediction start = denoiser.Predict(step.X, step.From);
        if (to.IsClean)
            return start.StateAt(to.Alpha, to.Sigma);

        NoiseLevel middle = Between(step, share);
        Prediction inner = denoiser.Predict(start.StateAt(middle.Alpha, middle.Sigma), middle);
        return form.Second(variant, start, inner, to);
    }

    /// <summary>A whole step of order 3 with its evaluations at two shares of the way in λ: three evaluations, one to σ = 0.</summary>
    public static Tensor StepThird(
        this ExponentialForm form, SingleStepVariant variant, double firstShare, double secondShare, in SolverStep step, IDenoiser denoiser)
    {
        NoiseLevel to = step.To;
        Prediction start = denoiser.Predict(step.X, step.From);
        if (to.IsClean)
            return start.StateAt(to.Alpha, to.Sigma);

        NoiseLevel one = Between(step, firstShare);
        Prediction first = denoiser.Predict(start.StateAt(one.Alpha, one.Sigma), one);
        NoiseLevel two = Between(step, secondShare);
        Prediction second = denoiser.Predict(form.Second(SingleStepVariant.Taylor, start, first, two), two);
        return form.Third(variant, start, first, second, to);
    }

    private static NoiseLevel Between(in SolverStep step, double share)
    {
        double from = step.From.HalfLogSnr;
        return step.Schedule.AtHalfLogSnr(from + (share * (step.To.HalfLogSnr - from)));
    }
}
