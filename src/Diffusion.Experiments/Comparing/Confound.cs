namespace Diffusion.Experiments.Comparing;

/// <summary>Something beside what is compared that may stand behind a difference.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Configurations">Whom it concerns.</param>
/// <param name="Text">What it is, for people.</param>
/// <param name="Blocks">In how many blocks.</param>
public sealed record Confound(ConfoundKind Kind, IReadOnlyList<string> Configurations, string Text, int Blocks);
