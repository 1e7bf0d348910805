using System.ComponentModel;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A statement about the results of a sweep that its records decide.</summary>
public abstract record Claim
{
    /// <summary>The cells that it is about.</summary>
    [Description("The cells that the claim is about: path → value or values, each of which must be there; components match by name, * stands for anything. "
        + "All cells where it is left out.")]
    public CellConditions Where { get; init; } = CellConditions.None;

    /// <summary>The values that it speaks of; empty where it is about samples themselves.</summary>
    internal abstract IReadOnlyList<string> Metrics { get; }

    /// <summary>What it says, in one line.</summary>
    internal abstract string Statement { get; }
}
