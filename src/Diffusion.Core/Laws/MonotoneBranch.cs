namespace Diffusion.Core.Laws;

/// <summary>A function between two neighbouring turning points, with its inverse.</summary>
internal sealed class MonotoneBranch
{
    private readonly SmoothFunction _function;
    private readonly double[] _places;
    private readonly double[] _values;

    /// <param name="function">The function.</param>
    /// <param name="left">One end.</param>
    /// <param name="right">The other.</param>
    public MonotoneBranch(SmoothFunction function, double left, double right)
    {
        _function = function;
        Left = left;
        Right = right;
        List<double> places = [left, .. function.Edges.Where(edge => edge > left && edge < right), right];
        double[] values = [.. places.Select(function.Value)];
        IsRising = values[^1] > values[0];

        // Rounding at an edge must not break the order that the search goes by.
        for (int i = 1; i < values.Length; i++)
            values[i] = IsRising ? Math.Max(values[i], values[i - 1]) : Math.Min(values[i], values[i - 1]);
        _places = [.. IsRising ? places : Enumerable.Reverse(places)];
        _values = [.. IsRising ? values : values.Reverse()];
    }

    /// <summary>Where it begins.</summary>
    public double Left { get; }

    /// <summary>Where it ends.</summary>
    public double Right { get; }

    /// <summary>Whether the function rises.</summary>
    public bool IsRising { get; }

    /// <summary>Its smallest value.</summary>
    public double Low => _values[0];

    /// <summary>Its largest value.</summary>
    public double High => _values[^1];

    /// <summary>The images of the panels' edges.</summary>
    public IReadOnlyList<double> Images => _values;

    /// <summary>Where it has a value, with the slope there; null where it has it nowhere.</summary>
    public (double Place, double Slope)? Find(double value)
    {
        if (!(value >= Low && value <= High))
            return null;

        int found = Array.BinarySearch(_values, value);
        int piece = Math.Clamp(found >= 0 ? found : ~found - 1, 0, _values.Length - 2);
        (double low, double high) = (_places[piece], _places[piece + 1]);
        int panel = _function.Panel(low + ((high - low) / 2));
        double x = low + ((high - low) * Share(value, _values[piece], _values[piece + 1]));
        double slope = 0;
        for (int i = 0; i < 100; i++)
        {
            (double at, slope) = _function.OnPanel(panel, x);
            // low and high are the places of the smaller and the larger value, whichever is to the left.
            if (at > value)
                high = x;
            else
                low = x;
            double next = x - ((at - value) / slope);
            if (!(next > Math.Min(low, high) && next < Math.Max(low, high)))
                next = low + ((high - low) / 2);
            if (Math.Abs(next - x) <= 2e-16 * Math.Abs(x) || next == low || next == high)
                break;
            x = next;
        }

        return (x, slope);
    }

    private static double Share(double value, double low, double high) => high > low ? (value - low) / (high - low) : 0.5;
}
