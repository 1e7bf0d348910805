namespace Diffusion.Reporting.Reading;

/// <summary>A picture of samples, taken apart.</summary>
/// <param name="Samples">Points of the samples, x and y in turn, in 0…1 of the picture's width and height.</param>
/// <param name="Reference">Points of the data.</param>
/// <param name="Texts">What stands at its axes: ends and names, as the picture has them.</param>
public sealed record SamplePicture(double[] Samples, double[] Reference, IReadOnlyList<string> Texts);
