namespace Diffusion.Core.Sampling;

/// <summary>The one step-size controller: turns errors into steps as a <see cref="StepControl"/> says.</summary>
/// <param name="control">The declaration.</param>
/// <param name="firstStep">Length of the first step in the variable.</param>
public sealed class StepController(StepControl control, double firstStep)
{
    // Memory of an error that happened to vanish must not forbid every later step.
    private const double LargestInverse = 1e10;
    private const double FactorWithoutError = 0.1;
    private double? _previous;
    private double? _beforePrevious;
    private bool _repeats;

    /// <summary>Length to try next, not yet cut to the range.</summary>
    public double Step { get; private set; } = firstStep;

    /// <summary>Whether an attempt is accepted; sets the next step.</summary>
    /// <param name="error">E, in units of what is allowed.</param>
    /// <param name="taken">Length of the attempt.</param>
    public bool Accepts(double error, double taken)
    {
        double length = control.GrowsFromProposal ? Step : taken;
        if (!double.IsFinite(error))
        {
            Step = taken * FactorWithoutError;
            _repeats = true;
            return false;
        }

        double inverse = Math.Min(LargestInverse, 1 / (error + control.ErrorOffset));
        _previous ??= inverse;
        _beforePrevious ??= inverse;
        double factor = Limit(control.Safety * Filter(inverse, _previous.Value, _beforePrevious.Value));
        bool isAccepted = control.SmallestAcceptedFactor is { } smallest ? factor >= smallest : error <= 1;
        if (isAccepted)
        {
            if (_repeats && !control.GrowsAfterRejection)
                factor = Math.Min(1, factor);
            (_beforePrevious, _previous) = (_previous, inverse);
        }

        _repeats = !isAccepted;
        Step = length * factor;
        return isAccepted;
    }

    private double Filter(double inverse, double previous, double beforePrevious)
    {
        double factor = Math.Pow(inverse, (control.Proportional + control.Integral + control.Derivative) * control.Exponent);
        if (control.Proportional != 0 || control.Derivative != 0)
        {
            factor *= Math.Pow(previous, -(control.Proportional + (2 * control.Derivative)) * control.Exponent);
            factor *= Math.Pow(beforePrevious, control.Derivative * control.Exponent);
        }

        return factor;
    }

    private double Limit(double factor) => control.Limit == FactorLimit.Arctangent
        ? 1 + Math.Atan(factor - 1)
        : Math.Clamp(factor, control.SmallestFactor, control.LargestFactor);
}
