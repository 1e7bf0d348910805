namespace Diffusion.Core.Randomness;

/// <summary>Draws rows of a finite population.</summary>
public static class RowDraw
{
    /// <summary>Indices of rows drawn independently and uniformly, with replacement.</summary>
    /// <param name="key">What the draw derives from.</param>
    /// <param name="count">How many are drawn.</param>
    /// <param name="rows">How many rows there are.</param>
    public static long[] WithReplacement(NoiseKey key, int count, long rows)
    {
        long[] indices = new long[count];
        key.Stream(NoisePurpose.PopulationIndex).FillIndices(indices, rows, place: 0);
        return indices;
    }
}
