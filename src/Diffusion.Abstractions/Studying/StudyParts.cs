namespace Diffusion;

/// <summary>Parts of a manifest that a study can be given.</summary>
[Flags]
public enum StudyParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The data.</summary>
    Data = 1,

    /// <summary>The noising process.</summary>
    Schedule = 2,

    /// <summary>A score model, trained where it learns.</summary>
    Model = 4,
}
