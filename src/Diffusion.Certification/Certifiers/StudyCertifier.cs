using Diffusion.Certification.Manners;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what every study promises: its manners in what it returns. What it says of the theory is measured by its claims.</summary>
public static class StudyCertifier
{
    /// <summary>All checks of one study.</summary>
    /// <param name="subject">The study's name.</param>
    /// <param name="parts">The parts of a manifest that it needs.</param>
    /// <param name="build">Builds it.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, StudyParts parts, Func<IStudy> build) =>
        StudyManners.Certify(subject, parts, build);
}
