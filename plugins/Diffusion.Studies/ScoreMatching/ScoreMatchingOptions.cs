using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.ScoreMatching;

/// <summary>Options of <see cref="ScoreMatchingStudy"/>.</summary>
public sealed record ScoreMatchingOptions : ComponentOptions
{
    /// <summary>σ.</summary>
    [Range(0.01, 10)]
    [Description("sigma, the noise on the data.")]
    public double Sigma { get; init; } = 0.5;

    /// <summary>Places of the mesh along each axis.</summary>
    [Range(51, 2001)]
    [Description("Places along each axis of the mesh on which explicit score matching is integrated.")]
    public int Places { get; init; } = 401;

    /// <summary>Nodes of Gauss-Hermite quadrature along each axis.</summary>
    [Range(8, 64)]
    [Description("Nodes of Gauss-Hermite quadrature along each axis, for the other losses.")]
    public int Nodes { get; init; } = 24;

    /// <summary>Draws for the variance of gradients.</summary>
    [Range(100, 10_000_000)]
    [Description("Draws for the variance of the gradients' estimators.")]
    public int Draws { get; init; } = 50_000;
}
