namespace Diffusion;

/// <summary>How much the squared residual counts at each noise level.</summary>
/// <remarks>
/// A weight is stated as its paper states it, for the residual of that paper. Residuals at one level are multiples of one another, so it
/// says how every loss counts: see <see cref="LossWeightingExtensions.WeightOn"/>.
/// </remarks>
public interface ILossWeighting
{
    /// <summary>The residual whose square <see cref="Weight"/> multiplies; null for whichever residual the loss has.</summary>
    ResidualForm? Form { get; }

    /// <summary>The weight at a level with σ &gt; 0 of the schedule that is trained on. Not negative.</summary>
    double Weight(NoiseLevel level, NoiseSchedule schedule);
}
