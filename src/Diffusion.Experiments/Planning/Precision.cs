using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Planning;

/// <summary>The type of the state while sampling and of the parameters while training.</summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    [JsonStringEnumMemberName("float32")]
    Bits32,

    /// <summary>64-bit floating point.</summary>
    [JsonStringEnumMemberName("float64")]
    Bits64,
}
