using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Forecasting;

/// <summary>What the cost of an evaluation depends on. Compositions of earlier plans and cells of this one give the same texts.</summary>
/// <param name="Text">Model, data, type, device and rows that are evaluated together.</param>
/// <param name="Solver">The method, whose own arithmetic counts too.</param>
internal readonly record struct SamplingSetting(string Text, string Solver)
{
    /// <summary>The setting of a composition, member → canonical JSON.</summary>
    public static SamplingSetting FromMembers(IReadOnlyDictionary<string, string> members) => new(
        string.Join('\n', members["model"], members["data"], members["dtype"], members["device"], Rows(members)), members["solver"]);

    /// <summary>An experiment, member → canonical JSON.</summary>
    public static Dictionary<string, string> MembersOf(Experiment experiment) =>
        ExperimentJson.Members(experiment, choice => choice.CanonicalJson).ToDictionary(member => member.Key, member => member.Json);

    /// <summary>What the cost of measuring depends on.</summary>
    public static string Measuring(IReadOnlyDictionary<string, string> members) => string.Join('\n', members["metrics"], members["data"], members["samples"]);

    /// <summary>What the evaluations of an adaptive method depend on.</summary>
    public static string Path(IReadOnlyDictionary<string, string> members) =>
        string.Join('\n', members["solver"], members["grid"], members["schedule"], members["model"], members["data"], members["steps"]);

    private static long Rows(IReadOnlyDictionary<string, string> members) =>
        Math.Min(
            long.Parse(members["samples"], System.Globalization.CultureInfo.InvariantCulture),
            long.Parse(members["batch"], System.Globalization.CultureInfo.InvariantCulture));
}
