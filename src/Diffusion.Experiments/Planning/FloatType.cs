using System.Runtime.Serialization;

namespace Diffusion.Experiments.Planning;

/// <summary>The type of the state and of the parameters, as manifests call it.</summary>
public enum FloatType
{
    /// <summary>32-bit floating point.</summary>
    [EnumMember(Value = "float32")]
    Bits32,

    /// <summary>64-bit floating point.</summary>
    [EnumMember(Value = "float64")]
    Bits64,
}
