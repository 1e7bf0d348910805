namespace Diffusion.Schedules;

/// <summary>
/// The piecewise cubic through given points that rises and falls only where they do (Fritsch &amp; Butland 1984): slopes are weighted
/// harmonic means of the neighbouring secants, 0 at a turn, and the secant itself at both ends.
/// </summary>
internal sealed class MonotoneCubic
{
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _slope;

    /// <param name="x">At least two abscissae, strictly rising.</param>
    /// <param name="y">As many values.</param>
    public MonotoneCubic(double[] x, double[] y)
    {
        (_x, _y, _slope) = (x, y, new double[x.Length]);
        double[] width = [.. x.Skip(1).Zip(x, (b, a) => b - a)];
        double[] secant = [.. y.Skip(1).Zip(y, (b, a) => b - a).Zip(width, (rise, run) => rise / run)];
        (_slope[0], _slope[^1]) = (secant[0], secant[^1]);
        for (int k = 1; k < secant.Length; k++)
        {
            (double before, double after) = ((2 * width[k]) + width[k - 1], width[k] + (2 * width[k - 1]));
            if (secant[k - 1] * secant[k] > 0)
                _slope[k] = (before + after) / ((before / secant[k - 1]) + (after / secant[k]));
        }
    }

    /// <summary>Value and slope at <paramref name="x"/>; beyond the ends, those of the tangent there.</summary>
    public (double Value, double Slope) At(double x)
    {
        if (x <= _x[0])
            return (_y[0] + (_slope[0] * (x - _x[0])), _slope[0]);
        if (x >= _x[^1])
            return (_y[^1] + (_slope[^1] * (x - _x[^1])), _slope[^1]);

        int k = Array.BinarySearch(_x, x);
        k = k >= 0 ? k : ~k - 1;
        return Within(k, (x - _x[k]) / (_x[k + 1] - _x[k]));
    }

    /// <summary>Where a strictly falling cubic has the value <paramref name="y"/>; beyond the ends, where the tangent there has it.</summary>
    public double Inverse(double y)
    {
        if (y >= _y[0])
            return _x[0] + ((y - _y[0]) / _slope[0]);
        if (y <= _y[^1])
            return _x[^1] + ((y - _y[^1]) / _slope[^1]);

        int k = 0;
        for (int above = _y.Length - 1; above - k > 1;)
        {
            int middle = (k + above) / 2;
            (k, above) = _y[middle] >= y ? (middle, above) : (k, middle);
        }

        // Newton's steps where they stay between the bounds, halving where they do not.
        double width = _x[k + 1] - _x[k];
        (double low, double high) = (0, 1);
        double u = (y - _y[k]) / (_y[k + 1] - _y[k]);
        while (true)
        {
            (double value, double slope) = Within(k, u);
            (low, high) = value > y ? (u, high) : (low, u);
            double next = u + ((y - value) / (slope * width));
            if (!(next >= low && next <= high))
                next = 0.5 * (low + high);
            if (value == y || next == u || next == low || next == high)
                return _x[k] + (width * next);
            u = next;
        }
    }

    private (double Value, double Slope) Within(int k, double u)
    {
        double width = _x[k + 1] - _x[k];
        double secant = (_y[k + 1] - _y[k]) / width;
        double second = (3 * secant) - (2 * _slope[k]) - _slope[k + 1];
        double third = _slope[k] + _slope[k + 1] - (2 * secant);
        return (_y[k] + (width * u * (_slope[k] + (u * (second + (u * third))))), _slope[k] + (u * ((2 * second) + (3 * u * third))));
    }
}
