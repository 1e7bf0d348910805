namespace Diffusion.Core.Randomness;

/// <summary>Draws rows of a finite population.</summary>
public static class RowDraw
{
    /// <summary>Indices of rows drawn independently and uniformly, with replacement.</summary>
    /// <param name="key">What the draw derives from.</param>
    /// <param name="count">How many are drawn.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="stream">Which draw; different ones are independent.</param>
    public static long[] WithReplacement(NoiseKey key, int count, long rows, long stream = 0)
    {
        long[] indices = new long[count];
        key.Stream(NoisePurpose.PopulationIndex).FillIndices(indices, rows, (ulong)stream);
        return indices;
    }
}
