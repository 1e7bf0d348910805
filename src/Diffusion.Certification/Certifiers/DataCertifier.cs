using Diffusion.Certification.Manners;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what every data source promises: rows of the form that it states, the same ones for the same options.</summary>
public static class DataCertifier
{
    /// <summary>All checks of one data source.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="build">Builds it.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, Func<IDataSource> build) => DataManners.Certify(subject, build);
}
