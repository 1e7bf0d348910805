using System.Globalization;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>What a table says once of its values that are computed, rather than at each of them.</summary>
internal static class ComputedValues
{
    /// <summary>The clause: that they are computed, and how large the errors of their quadratures are where entries do not state them.</summary>
    /// <param name="estimates">The entries; those that are not computed are passed over.</param>
    public static string Text(IEnumerable<Estimate> estimates)
    {
        Estimate[] computed = [.. estimates.Where(estimate => estimate.IsComputed)];
        double? most = computed.Where(estimate => !estimate.ShowsOwnError).Max(estimate => estimate.OwnError);
        string small = most is not { } error
            ? ""
            : error == 0
            ? " Their quadratures have no error."
            : string.Create(CultureInfo.InvariantCulture, $" The errors of their quadratures are at most {error:g1}, below the last digit shown");
        string large = computed.Any(estimate => estimate.ShowsOwnError)
            ? most > 0 ? ", except where an entry states one in brackets." : " In brackets the error of the quadrature, where it reaches the digits shown."
            : most > 0 ? "." : "";
        return $"computed, the same in every repeat.{small}{large}";
    }
}
