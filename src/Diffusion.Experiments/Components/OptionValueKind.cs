namespace Diffusion.Experiments.Components;

/// <summary>What a manifest writes for an option.</summary>
public enum OptionValueKind
{
    /// <summary>Any finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A string.</summary>
    Text,

    /// <summary>One of a fixed set of strings.</summary>
    Choice,

    /// <summary>A whole number to be met exactly, or { "atMost": number } where less will do.</summary>
    Budget,

    /// <summary>A whole number of repeats, or { "sampling": number, "training": number }, or { "until": "decided", "atMost": number }.</summary>
    Repeats,

    /// <summary>A number for a time, or { "sigma": number } for a noise scale.</summary>
    Time,

    /// <summary>An array.</summary>
    List,

    /// <summary>An object of conditions on cells: path → value or values.</summary>
    Conditions,

    /// <summary>One side of a comparison: conditions on cells, or "exact-sampler".</summary>
    Side,

    /// <summary>An object with options of its own.</summary>
    Group,
}
