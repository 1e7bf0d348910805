namespace Diffusion.Host.Diagnosis;

/// <summary>What a finding means for who wants to run something.</summary>
internal enum Severity
{
    /// <summary>Worth knowing; everything else works.</summary>
    Remark,

    /// <summary>No experiment can run until it is mended.</summary>
    Fault,
}
