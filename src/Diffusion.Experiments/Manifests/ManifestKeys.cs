namespace Diffusion.Experiments.Manifests;

/// <summary>The keys of a manifest.</summary>
internal static class ManifestKeys
{
    public const string Schema = "$schema";
    public const string Name = "name";
    public const string Description = "description";
    public const string Extends = "extends";
    public const string Data = "data";
    public const string Device = "device";
    public const string Schedule = "schedule";
    public const string Model = "model";
    public const string Loss = "loss";
    public const string Training = "training";
    public const string Grid = "grid";
    public const string Solver = "solver";
    public const string Study = "study";
    public const string Samples = "samples";
    public const string Batch = "batch";
    public const string Metrics = "metrics";
    public const string Keep = "keep";
    public const string Times = "times";
    public const string Sweep = "sweep";
    public const string Axes = "axes";
    public const string Zip = "zip";
    public const string When = "when";
    public const string If = "if";
    public const string Union = "union";
    public const string Exclude = "exclude";
    public const string Range = "range";
    public const string LogRange = "logRange";
    public const string Random = "random";
    public const string Whole = "whole";
    public const string Start = "start";
    public const string Steps = "steps";
    public const string Nfe = "nfe";
    public const string Repeats = "repeats";
    public const string Expect = "expect";
    public const string Claim = "claim";
    public const string Where = "where";
    public const string Left = "left";
    public const string Right = "right";
    public const string Along = "along";
    public const string MeanOver = "meanOver";
    public const string Over = "over";
    public const string Metric = "metric";
    public const string Confidence = "confidence";
    public const string Reference = "reference";
    public const string SharedReference = "shared";
    public const string Noise = "noise";
    public const string Weighting = "weighting";
    public const string TimeSampler = "timeSampler";

    /// <summary>What belongs to sampling by a solver, so that a manifest with a study has none of it.</summary>
    public static IReadOnlyList<string> OfSolvers { get; } =
        [Solver, Grid, Metrics, Steps, Nfe, Samples, Batch, Noise, Start, Keep, Reference];

    /// <summary>The key that names a component.</summary>
    public const string Use = "use";

    /// <summary>The key that a key takes the place of: steps follow from a budget of evaluations, or are stated.</summary>
    public static string? Opposite(string key) => key switch
    {
        Steps => Nfe,
        Nfe => Steps,
        _ => null,
    };
}
