using System.Globalization;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>Parts of claims for people.</summary>
internal static class ClaimText
{
    public static string Show(double number) => number.ToString("g5", CultureInfo.InvariantCulture);

    public static string Show(ComparedSide side) => side.Conditions is { } conditions ? Show(conditions, isBare: true) : "an exact sampler";

    /// <summary>"solver heun, nfe 10|15"; a single condition without its path where that is enough.</summary>
    public static string Show(CellConditions conditions, bool isBare = false) => isBare && conditions.All is [var only]
        ? Values(only)
        : string.Join(", ", conditions.All.Select(condition => $"{condition.Path} {Values(condition)}"));

    private static string Values(CellCondition condition) => string.Join('|', condition.Values);
}
