using Diffusion.Certification;

namespace Diffusion.Host.Certification;

/// <summary>One component, or one variant of it, to be measured.</summary>
/// <param name="Subject">Its name.</param>
/// <param name="Measure">Measures it; may take seconds.</param>
internal sealed record CertificationItem(CertificationSubject Subject, Func<IEnumerable<Certificate>> Measure);
