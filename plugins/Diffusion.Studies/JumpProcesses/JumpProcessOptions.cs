using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.JumpProcesses;

/// <summary>Options of <see cref="JumpProcessStudy"/>.</summary>
public sealed record JumpProcessOptions : ComponentOptions, IValidatableObject
{
    private const double RowTolerance = 1e-12;

    /// <summary>The generator: rates[i][j] from state i to state j per unit of time; each row sums to 0.</summary>
    [Length(2, 20)]
    [Description("The generator: the rate from state i to state j per unit of time in row i, column j. Each row sums to 0.")]
    public double[][] Rates { get; init; } = [[-1, 1], [2, -2]];

    /// <summary>The state at time 0, from 1.</summary>
    [Range(1, 20)]
    [Description("The state at time 0, from 1.")]
    public int Start { get; init; } = 1;

    /// <summary>The times at which laws are compared, ascending.</summary>
    [Length(2, 50)]
    [Range(0, 1000, MinimumIsExclusive = true)]
    [Description("The times at which laws are compared, ascending.")]
    public double[] Times { get; init; } = [0.5, 1];

    /// <summary>Simulated paths.</summary>
    [Range(100, 10_000_000)]
    [Description("Simulated paths.")]
    public int Paths { get; init; } = 20_000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (int i = 0; i < Rates.Length; i++)
        {
            if (Rates[i].Length != Rates.Length)
                yield return new ValidationResult($"row {i + 1} has {Rates[i].Length} rates, and there are {Rates.Length} states", [nameof(Rates)]);
            else if (Rates[i].Where((rate, j) => i != j && !(rate >= 0 && double.IsFinite(rate))).Any())
                yield return new ValidationResult($"row {i + 1} has a rate to another state that is not a number of at least 0", [nameof(Rates)]);
            else if (Math.Abs(Rates[i].Sum()) > RowTolerance * (1 + Math.Abs(Rates[i][i])))
                yield return new ValidationResult(
                    FormattableString.Invariant($"row {i + 1} sums to {Rates[i].Sum():g6}, and rows of a generator sum to 0: ")
                        + "its diagonal is minus the sum of the others",
                    [nameof(Rates)]);
        }

        if (Start > Rates.Length)
            yield return new ValidationResult($"there are {Rates.Length} states", [nameof(Start)]);
        if (Times.Zip(Times.Skip(1), (one, next) => next > one).Contains(false))
            yield return new ValidationResult("times must ascend", [nameof(Times)]);
    }
}
