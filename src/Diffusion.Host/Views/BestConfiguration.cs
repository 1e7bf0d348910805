namespace Diffusion.Host.Views;

/// <summary>The configuration at which a solver has done best so far.</summary>
/// <param name="Mean">Mean of the metric over the repeats that are done.</param>
/// <param name="Evaluations">NFE a sample, the mean over these.</param>
/// <param name="Done">Repeats that are done.</param>
/// <param name="Repeats">Repeats in all.</param>
/// <param name="Setting">Where it lies on the other axes: "schedule.sigmaMax 10, steps 20".</param>
internal sealed record BestConfiguration(double Mean, double Evaluations, int Done, int Repeats, string Setting);
