namespace Diffusion.Studies.FokkerPlanck;

/// <summary>∂p/∂t = −∇·(b p) + ½ g² ∇²p on a mesh without flux through its boundary.</summary>
/// <remarks>
/// Exponentially fitted fluxes: between cells i and i + 1 at distance h, with D = ½ g² and the drift b at their face,
/// <code>
/// F = (D/h) [B(−z) p_i − B(z) p_(i+1)],   z = b h / D,   B(z) = z / (e^z − 1)
/// </code>
/// Whatever leaves one cell enters another, so that mass stays as it is. Both coefficients are positive, so that an Euler step that moves no more out of a cell
/// than it holds keeps densities positive; Heun's method is the mean of the old state and of two such steps, and of order 2.
/// </remarks>
/// <param name="mesh">The mesh.</param>
/// <param name="drift">Writes b(x, t), D numbers.</param>
/// <param name="diffusionSquared">g²(t).</param>
public sealed class FiniteVolumeScheme(FiniteVolumeMesh mesh, FiniteVolumeScheme.DriftFunction drift, Func<double, double> diffusionSquared)
{
    private readonly double[] _up = new double[mesh.Count * mesh.Dimension];
    private readonly double[] _down = new double[mesh.Count * mesh.Dimension];
    private readonly double[] _first = new double[mesh.Count];
    private readonly double[] _second = new double[mesh.Count];

    /// <summary>Writes the drift at a point and a time.</summary>
    public delegate void DriftFunction(double[] x, double t, double[] drift);

    /// <summary>The share of its mass that leaves a cell per unit of time at most: an Euler step times this is at most 1 where it is stable.</summary>
    public double Rate(double t)
    {
        Coefficients(t);
        double largest = 0;
        for (int cell = 0; cell < mesh.Count; cell++)
            largest = Math.Max(largest, Outflow(cell));
        return largest;
    }

    /// <summary>A step of Heun's method, in place.</summary>
    /// <param name="density">Averages over the cells.</param>
    /// <param name="t">Time at the start.</param>
    /// <param name="dt">The step.</param>
    public void Step(double[] density, double t, double dt)
    {
        Coefficients(t);
        Euler(density, dt, _first);
        Coefficients(t + dt);
        Euler(_first, dt, _second);
        for (int cell = 0; cell < density.Length; cell++)
            density[cell] = 0.5 * (density[cell] + _second[cell]);
    }

    // What flows through the upper face of each cell along each axis, per unit of density on either side of it.
    private void Coefficients(double t)
    {
        double diffusion = 0.5 * diffusionSquared(t);
        double[] x = new double[mesh.Dimension], b = new double[mesh.Dimension];
        for (int axis = 0; axis < mesh.Dimension; axis++)
        {
            double width = mesh.Width(axis);
            double scale = diffusion / (width * width);
            for (int cell = 0; cell < mesh.Count; cell++)
            {
                int place = (axis * mesh.Count) + cell;
                if (IsLast(cell, axis))
                {
                    _up[place] = _down[place] = 0;
                    continue;
                }

                for (int other = 0; other < mesh.Dimension; other++)
                    x[other] = mesh.Centre(other, Index(cell, other)) + (other == axis ? 0.5 * width : 0);
                drift(x, t, b);
                if (diffusion > 0)
                {
                    double z = b[axis] * width / diffusion;
                    (_up[place], _down[place]) = (scale * Bernoulli(-z), scale * Bernoulli(z));
                }
                else
                {
                    (_up[place], _down[place]) = (Math.Max(b[axis], 0) / width, Math.Max(-b[axis], 0) / width);
                }
            }
        }
    }

    private double Outflow(int cell)
    {
        double sum = 0;
        for (int axis = 0; axis < mesh.Dimension; axis++)
        {
            sum += _up[(axis * mesh.Count) + cell];
            if (Index(cell, axis) > 0)
                sum += _down[(axis * mesh.Count) + cell - Stride(axis)];
        }

        return sum;
    }

    private void Euler(double[] density, double dt, double[] result)
    {
        density.CopyTo(result, 0);
        for (int axis = 0; axis < mesh.Dimension; axis++)
        {
            int stride = Stride(axis), start = axis * mesh.Count;
            for (int cell = 0; cell < mesh.Count - stride; cell++)
            {
                double flow = dt * ((_up[start + cell] * density[cell]) - (_down[start + cell] * density[cell + stride]));
                result[cell] -= flow;
                result[cell + stride] += flow;
            }
        }
    }

    private int Stride(int axis) => axis == 0 ? 1 : mesh.Cells;

    private int Index(int cell, int axis) => axis == 0 ? cell % mesh.Cells : cell / mesh.Cells;

    private bool IsLast(int cell, int axis) => Index(cell, axis) == mesh.Cells - 1;

    private static double Bernoulli(double z) => Math.Abs(z) < 1e-4 ? 1 - (0.5 * z) + (z * z / 12) : z > 700 ? 0 : z / PreciseMath.Expm1(z);
}
