using Diffusion.Certification.Manners;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what every metric promises: its manners towards what it is given and in what it returns.</summary>
public static class MetricCertifier
{
    /// <summary>All checks of one metric, on draws from N(0, I) in the plane.</summary>
    /// <param name="subject">The metric's name.</param>
    /// <param name="build">Builds it for data.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, Func<DataDescription, IMetric> build) => MetricManners.Certify(subject, build);
}
