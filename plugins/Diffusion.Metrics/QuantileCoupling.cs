namespace Diffusion.Metrics;

/// <summary>
/// Optimal transport between two sorted samples on the line, where the best coupling pairs quantiles for every convex cost. Each point carries the same share
/// of its sample; points are split where the counts differ, so that counts need not be equal.
/// </summary>
internal static class QuantileCoupling
{
    /// <summary>W_p^p: ∫ |F⁻¹ − G⁻¹|^p over the quantiles, in units of 1/(N M) so that no mass is lost to rounding.</summary>
    /// <param name="x">N numbers in ascending order.</param>
    /// <param name="y">M numbers in ascending order.</param>
    /// <param name="order">p, 1 or 2.</param>
    public static double Cost(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int order)
    {
        double sum = 0;
        long position = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            long endOfX = (i + 1L) * y.Length;
            long endOfY = (j + 1L) * x.Length;
            long end = Math.Min(endOfX, endOfY);
            double difference = Math.Abs(x[i] - y[j]);
            sum += (end - position) * (order == 2 ? difference * difference : difference);
            position = end;
            if (endOfX == end)
                i++;
            if (endOfY == end)
                j++;
        }

        return sum / ((double)x.Length * y.Length);
    }

    /// <summary>
    /// Potentials u and v of the squared distance: u_i + v_j ≤ (x_i − y_j)², with equality where points are coupled. Where both points end at the same quantile
    /// the potentials are not unique, and the mean of the two extreme choices is taken.
    /// </summary>
    /// <param name="x">N numbers in ascending order.</param>
    /// <param name="y">M numbers in ascending order.</param>
    public static (double[] U, double[] V) Potentials(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double[] u = new double[x.Length], v = new double[y.Length];
        v[0] = Square(x[0] - y[0]);
        for (int i = 0, j = 0; i < x.Length - 1 || j < y.Length - 1;)
        {
            long endOfX = (i + 1L) * y.Length, endOfY = (j + 1L) * x.Length;
            double ofX = endOfX <= endOfY ? Square(x[i + 1] - y[j]) - v[j] : 0;
            double ofY = endOfY <= endOfX ? Square(x[i] - y[j + 1]) - u[i] : 0;
            if (endOfX == endOfY)
            {
                double next = Square(x[i + 1] - y[j + 1]);
                (ofX, ofY) = (0.5 * (ofX + next - ofY), 0.5 * (ofY + next - ofX));
            }

            if (endOfX <= endOfY)
                u[++i] = ofX;
            if (endOfY <= endOfX)
                v[++j] = ofY;
        }

        return (u, v);
    }

    private static double Square(double value) => value * value;
}
