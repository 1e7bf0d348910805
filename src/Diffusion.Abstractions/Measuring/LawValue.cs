namespace Diffusion;

/// <summary>A number that a law has, computed by quadrature.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">Estimate of the quadrature's error.</param>
public readonly record struct LawValue(double Value, double Error)
{
    /// <summary>What the number is of the target; null where 0 is best.</summary>
    public double? Target { get; init; }
}
