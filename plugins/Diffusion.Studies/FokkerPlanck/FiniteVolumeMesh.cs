namespace Diffusion.Studies.FokkerPlanck;

/// <summary>A box of equal cells in one or two dimensions, with averages of functions over its cells.</summary>
/// <param name="Low">The box's lower corner, D numbers.</param>
/// <param name="High">Its upper corner.</param>
/// <param name="Cells">Cells along each axis.</param>
public sealed record FiniteVolumeMesh(IReadOnlyList<double> Low, IReadOnlyList<double> High, int Cells)
{
    // Three-point Gauss-Legendre quadrature on [-1/2, 1/2].
    private static readonly double[] Nodes = [-0.5 * Math.Sqrt(0.6), 0, 0.5 * Math.Sqrt(0.6)];
    private static readonly double[] Weights = [5 / 18.0, 8 / 18.0, 5 / 18.0];

    /// <summary>D, 1 or 2.</summary>
    public int Dimension => Low.Count;

    /// <summary>How many cells there are; the first axis varies fastest.</summary>
    public int Count => Dimension == 1 ? Cells : Cells * Cells;

    /// <summary>A cell's volume.</summary>
    public double Volume => Enumerable.Range(0, Dimension).Aggregate(1.0, (product, axis) => product * Width(axis));

    /// <summary>A cell's width along an axis.</summary>
    public double Width(int axis) => (High[axis] - Low[axis]) / Cells;

    /// <summary>The middle of the cells along an axis.</summary>
    public double Centre(int axis, int index) => Low[axis] + ((index + 0.5) * Width(axis));

    /// <summary>The middles along an axis.</summary>
    public double[] Centres(int axis) => [.. Enumerable.Range(0, Cells).Select(index => Centre(axis, index))];

    /// <summary>Averages of a function over all cells.</summary>
    public double[] Averages(Func<double[], double> function)
    {
        double[] averages = new double[Count];
        double[] x = new double[Dimension];
        int rows = Dimension == 1 ? 1 : Cells, second = Dimension == 1 ? 1 : Nodes.Length;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < Cells; column++)
            {
                double sum = 0;
                for (int b = 0; b < second; b++)
                {
                    if (Dimension == 2)
                        x[1] = Centre(1, row) + (Nodes[b] * Width(1));
                    for (int a = 0; a < Nodes.Length; a++)
                    {
                        x[0] = Centre(0, column) + (Nodes[a] * Width(0));
                        sum += Weights[a] * (Dimension == 2 ? Weights[b] : 1) * function(x);
                    }
                }

                averages[(row * Cells) + column] = sum;
            }
        }

        return averages;
    }
}
