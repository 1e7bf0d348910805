using System.Numerics.Tensors;

namespace Diffusion.Core.Randomness;

/// <summary>
/// Brownian paths W(u), u ∈ [0, 1], of a range of samples as pure functions of time: two grids that share points see the same path, so a
/// coarse increment is the sum of the finer ones.
/// </summary>
/// <remarks>
/// Lévy's construction: W(1) first, then midpoints by the Brownian bridge, each drawn by its place in the tree. The tree halves the clock
/// c = u^(1/7) rather than u, since grids crowd towards the data as Karras' do (ρ = 7); after 20 halvings a last bridge is drawn by
/// the bits of u itself. Distinct times are told apart down to 1e-6 of that clock; two closer ones would be independent within their leaf.
/// </remarks>
/// <param name="key">The run's noise.</param>
/// <param name="firstSample">Number of the first sample of the batch within the run.</param>
/// <param name="samples">B.</param>
/// <param name="elements">Numbers a sample.</param>
internal sealed class BrownianPath(NoiseKey key, long firstSample, int samples, int elements)
{
    private const int Depth = 20;
    private const ulong EndpointPlace = 0;

    // Adding and taking away 1.5 · 2⁶ rounds to multiples of 2⁻⁴⁶. Values of the path then differ exactly, and a coarse increment is the sum of finer
    // ones to the last digit, of which a path of doubles keeps none near the data.
    private const double FixedPoint = 96;
    private readonly Philox _nodes = key.Stream(NoisePurpose.BrownianNode);
    private readonly Philox _leaves = key.Stream(NoisePurpose.BrownianLeaf);
    private readonly long _firstElement = firstSample * elements;
    private readonly int _length = samples * elements;
    private Dictionary<ulong, double[]> _nodesOfLastDescent = [];
    private (double Time, double[] Value) _last = (-1, []);

    /// <summary>(W(from) − W(to))/√duration of every element, for times in [0, 1].</summary>
    /// <param name="from">One end.</param>
    /// <param name="to">The other.</param>
    /// <param name="duration">|from − to|, from the caller's own times: the difference of two shares of a horizon has lost digits.</param>
    public double[] NormalizedIncrement(double from, double to, double duration)
    {
        if (from == to || !(Math.Min(from, to) >= 0 && Math.Max(from, to) <= 1))
            throw new ArgumentException($"A Brownian increment needs two different times within the process; got {from} and {to} of its horizon.");

        double[] start = At(from);
        double[] end = At(to);
        double[] increment = new double[_length];
        TensorPrimitives.Subtract(start, end, increment);
        TensorPrimitives.Multiply(increment, 1 / Math.Sqrt(duration), increment);
        return increment;
    }

    private double[] At(double time)
    {
        if (time == _last.Time)
            return _last.Value;

        var visited = new Dictionary<ulong, double[]>(Depth + 1);
        double[] lower = new double[_length];
        double[] upper = Node(EndpointPlace, visited, place => Draw(_nodes, place));
        (double lowerTime, double upperTime) = (0, 1);
        (double lowerClock, double upperClock) = (0, 1);
        ulong node = 1;
        for (int level = 0; level < Depth && time > lowerTime && time < upperTime; level++)
        {
            double clock = (lowerClock + upperClock) / 2;
            double middleTime = Math.Pow(clock, 7);
            (double[] left, double[] right, double leftTime, double rightTime) = (lower, upper, lowerTime, upperTime);
            double[] middle = Node(node, visited, place => Bridge(_nodes, place, leftTime, left, rightTime, right, middleTime));
            if (time <= middleTime)
                (upper, upperTime, upperClock, node) = (middle, middleTime, clock, 2 * node);
            else
                (lower, lowerTime, lowerClock, node) = (middle, middleTime, clock, (2 * node) + 1);
        }

        double[] exact = time == lowerTime ? lower
            : time == upperTime ? upper
            : Bridge(_leaves, BitConverter.DoubleToUInt64Bits(time), lowerTime, lower, upperTime, upper, time);
        double[] value = new double[_length];
        TensorPrimitives.Add(exact, FixedPoint, value);
        TensorPrimitives.Subtract(value, FixedPoint, value);
        _nodesOfLastDescent = visited;
        _last = (time, value);
        return value;
    }

    // Neighbouring times share most of their descent; keeping the last one saves the draws without keeping the tree.
    private double[] Node(ulong place, Dictionary<ulong, double[]> visited, Func<ulong, double[]> draw) =>
        visited[place] = _nodesOfLastDescent.TryGetValue(place, out double[]? known) ? known : draw(place);

    private double[] Bridge(Philox stream, ulong place, double lowerTime, double[] lower, double upperTime, double[] upper, double time)
    {
        double fraction = (time - lowerTime) / (upperTime - lowerTime);
        double[] value = Draw(stream, place);
        TensorPrimitives.Multiply(value, Math.Sqrt((time - lowerTime) * (1 - fraction)), value);
        TensorPrimitives.MultiplyAdd(lower, 1 - fraction, value, value);
        TensorPrimitives.MultiplyAdd(upper, fraction, value, value);
        return value;
    }

    private double[] Draw(Philox stream, ulong place)
    {
        double[] normals = new double[_length];
        stream.FillNormal(normals, _firstElement, place);
        return normals;
    }
}
