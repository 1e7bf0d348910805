namespace Diffusion.Experiments.Comparing;

/// <summary>The axes along which cells differ in what they may cost.</summary>
internal static class CostAxes
{
    public const string Steps = "steps";
    public const string Evaluations = "nfe";

    /// <summary>Whether an axis is one of them.</summary>
    public static bool Contains(string axis) => axis is Steps or Evaluations;
}
