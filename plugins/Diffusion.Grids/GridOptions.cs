using System.ComponentModel;

namespace Diffusion.Grids;

/// <summary>The option that all grids have.</summary>
public abstract record GridOptions : ComponentOptions
{
    [Description("Where the grid ends: zero (clean data, by the last step), minimum (the smallest noise) or denoise (the smallest noise, "
        + "and by one step more clean data).")]
    public GridEnd End { get; init; }
}
