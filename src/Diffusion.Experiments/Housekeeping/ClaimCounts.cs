namespace Diffusion.Experiments.Housekeeping;

/// <summary>How the claims of a run were judged when it ended.</summary>
/// <param name="Held">How many hold.</param>
/// <param name="Failed">How many have failed.</param>
/// <param name="Undecided">How many its records do not decide.</param>
public sealed record ClaimCounts(int Held, int Failed, int Undecided);
