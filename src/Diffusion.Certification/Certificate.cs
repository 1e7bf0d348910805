namespace Diffusion.Certification;

/// <summary>One claim of a component, and what was measured.</summary>
/// <param name="Component">The component and, where they are not its defaults, its options.</param>
/// <param name="Kind">The kind of component.</param>
/// <param name="Check">What was measured, and on what.</param>
/// <param name="Declared">The claim: an order, a count, or the largest error allowed.</param>
/// <param name="Measured">What came out.</param>
/// <param name="Low">Lower end of the measurement's 95 % interval; the measurement itself where it is exact.</param>
/// <param name="High">Upper end.</param>
/// <param name="Verdict">Whether the claim holds.</param>
public sealed record Certificate(string Component, string Kind, string Check, double Declared, double Measured, double Low, double High, Verdict Verdict)
{
    /// <summary>How far a measured order may lie from the declared one.</summary>
    public const double OrderTolerance = 0.10;

    /// <summary>How wide the 95 % interval of a measured order may be to each side.</summary>
    public const double OrderHalfWidth = 0.05;

    /// <summary>An order of convergence: within <see cref="OrderTolerance"/> of the claim and known to <see cref="OrderHalfWidth"/>.</summary>
    public static Certificate OfOrder(CertificationSubject subject, string check, double declared, OrderEstimate estimate) => new(
        subject.Component, subject.Kind, check, declared, estimate.Order, estimate.Order - estimate.HalfWidth, estimate.Order + estimate.HalfWidth,
        Judge(Math.Abs(estimate.Order - declared) <= OrderTolerance && estimate.HalfWidth <= OrderHalfWidth));

    /// <summary>The largest error found, against the largest allowed. NaN fails.</summary>
    public static Certificate OfError(CertificationSubject subject, string check, double allowed, double worst) =>
        new(subject.Component, subject.Kind, check, allowed, worst, worst, worst, Judge(worst <= allowed));

    /// <summary>A number that must be met exactly.</summary>
    public static Certificate OfCount(CertificationSubject subject, string check, double declared, double counted) =>
        new(subject.Component, subject.Kind, check, declared, counted, counted, counted, Judge(declared == counted));

    /// <summary>A value estimated with a standard error, whose 95 % interval must hold the declared value.</summary>
    public static Certificate OfEstimate(CertificationSubject subject, string check, double declared, double estimate, double standardError)
    {
        const double quantile = 1.959964;
        (double low, double high) = (estimate - (quantile * standardError), estimate + (quantile * standardError));
        return new(subject.Component, subject.Kind, check, declared, estimate, low, high, Judge(low <= declared && declared <= high));
    }

    private static Verdict Judge(bool holds) => holds ? Verdict.Pass : Verdict.Fail;
}
