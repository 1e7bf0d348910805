namespace Diffusion.Core.Laws;

/// <summary>
/// Integrals of several functions of the plane at once over a rectangle, by a rule of degree 7 on parts that are halved where the rule of degree 5 within it
/// differs most, across the direction in which the functions bend most.
/// </summary>
/// <remarks>
/// Genz &amp; Malik 1980, "An adaptive algorithm for numerical integration over an N-dimensional rectangular region", J. Comput. Appl. Math. 6, 295–302, for
/// N = 2. Errors are the sums over the parts of what both rules differ by, which for smooth functions is far more than the rule of degree 7 errs, and what the
/// second half of the places changed, which tells of parts too wide to show what is in them. Since no part is compared with another, the symmetry of a
/// function does not hide its error.
/// </remarks>
internal static class PlaneQuadrature
{
    /// <summary>How many places of a part are looked at.</summary>
    public const int PlacesOfPart = 17;

    // So many parts along each side to begin with.
    private const int FirstParts = 12;

    // Parts are halved together, since a model that sees many places at once takes less time for each.
    private const double ShareOfError = 0.5;
    private const int MostTogether = 1024;

    private static readonly double Inner = Math.Sqrt(9.0 / 70), Outer = Math.Sqrt(9.0 / 10), Corner = Math.Sqrt(9.0 / 19);

    // The centre, two places each way along each direction, and two rings of corners.
    private static readonly (double X, double Y)[] Places =
    [
        (0, 0), (-Inner, 0), (Inner, 0), (-Outer, 0), (Outer, 0), (0, -Inner), (0, Inner), (0, -Outer), (0, Outer), (-Outer, -Outer), (-Outer, Outer),
        (Outer, -Outer), (Outer, Outer), (-Corner, -Corner), (-Corner, Corner), (Corner, -Corner), (Corner, Corner),
    ];

    // For the square from −1 to 1, divided by its area.
    private static readonly double[] Seventh =
        Weights((12824 - (9120 * 2) + (400 * 4)) / 19683.0, 980.0 / 6561, (1820 - (400 * 2)) / 19683.0, 200.0 / 19683, 6859.0 / 19683 / 4);

    private static readonly double[] Fifth = Weights((729 - (950 * 2) + (50 * 4)) / 729.0, 245.0 / 486, (265 - (100 * 2)) / 1458.0, 25.0 / 729, 0);

    /// <summary>Integrates.</summary>
    /// <param name="integrand">From places, one after the other (x, y), to the values of all functions at each, a place after the other.</param>
    /// <param name="count">How many functions.</param>
    /// <param name="low">The corner of the smallest coordinates.</param>
    /// <param name="high">The corner of the largest ones.</param>
    /// <param name="mostPlaces">How many places may be looked at.</param>
    /// <param name="tolerance">Error at which halving stops, of every integral; relative where that is larger than 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The integrals, the estimates of their errors, and how many places were looked at.</returns>
    public static (double[] Integrals, double[] Errors, long Places) Integrate(
        Func<double[], double[]> integrand, int count, (double X, double Y) low, (double X, double Y) high, long mostPlaces, double tolerance,
        CancellationToken cancellationToken)
    {
        (double width, double height) = ((high.X - low.X) / FirstParts, (high.Y - low.Y) / FirstParts);
        List<Part> parts = Measure([.. Enumerable.Range(0, FirstParts * FirstParts).Select(i => new Part(
            low.X + (width * ((i / FirstParts) + 0.5)), low.Y + (height * ((i % FirstParts) + 0.5)), width / 2, height / 2))]);
        long places = (long)parts.Count * PlacesOfPart;
        List<(long Places, double[] Integrals)> course = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double[] integrals, double[] errors) = Sum(parts, count);
            course.Add((places, integrals));
            double[] before = course.Last(state => state.Places <= Math.Max(places / 2, course[0].Places)).Integrals;
            for (int c = 0; c < count; c++)
                errors[c] += Math.Abs(integrals[c] - before[c]);
            long affordable = (mostPlaces - places) / (2 * PlacesOfPart);
            if (affordable < 1 || !Enumerable.Range(0, count).Any(c => errors[c] > tolerance * Size(integrals[c])))
                return (integrals, errors, places);

            double[] sizes = [.. integrals.Select(Size)];
            foreach (Part part in parts)
                part.Weigh(sizes);
            int[] worst = [.. Enumerable.Range(0, parts.Count).OrderByDescending(i => parts[i].Weight).ThenBy(i => i)];
            double open = parts.Sum(part => part.Weight), taken = 0;
            HashSet<int> halved = [];
            for (int i = 0; i < worst.Length && halved.Count < Math.Min(affordable, MostTogether) && taken <= ShareOfError * open; i++)
            {
                halved.Add(worst[i]);
                taken += parts[worst[i]].Weight;
            }

            List<Part> halves = Measure([.. halved.Order().SelectMany(i => parts[i].Halves())]);
            places += (long)halves.Count * PlacesOfPart;
            parts = [.. parts.Where((_, i) => !halved.Contains(i)), .. halves];
        }

        List<Part> Measure(List<Part> fresh)
        {
            double[] points = new double[2 * PlacesOfPart * fresh.Count];
            for (int i = 0; i < fresh.Count * PlacesOfPart; i++)
            {
                (Part part, (double x, double y)) = (fresh[i / PlacesOfPart], Places[i % PlacesOfPart]);
                points[2 * i] = part.X + (part.HalfWidth * x);
                points[(2 * i) + 1] = part.Y + (part.HalfHeight * y);
            }

            double[] values = integrand(points);
            for (int i = 0; i < fresh.Count; i++)
                fresh[i].Take(values.AsSpan(i * PlacesOfPart * count, PlacesOfPart * count), count);
            return fresh;
        }
    }

    private static double Size(double integral) => Math.Max(1, Math.Abs(integral));

    private static double[] Weights(double centre, double inner, double outer, double far, double corner) =>
        [centre, inner, inner, outer, outer, inner, inner, outer, outer, far, far, far, far, corner, corner, corner, corner];

    private static (double[] Integrals, double[] Errors) Sum(List<Part> parts, int count)
    {
        double[] integrals = new double[count], errors = new double[count];
        foreach (Part part in parts)
        {
            for (int c = 0; c < count; c++)
            {
                integrals[c] += part.Integrals[c];
                errors[c] += part.Errors[c];
            }
        }

        return (integrals, errors);
    }

    private sealed class Part(double x, double y, double halfWidth, double halfHeight)
    {
        private double[] _bends = [];

        public double X => x;

        public double Y => y;

        public double HalfWidth => halfWidth;

        public double HalfHeight => halfHeight;

        public double[] Integrals { get; private set; } = [];

        public double[] Errors { get; private set; } = [];

        /// <summary>The largest error of all functions, each in the size of its integral.</summary>
        public double Weight { get; private set; }

        private bool IsHalvedAcrossX { get; set; }

        /// <summary>Takes the values at the part's places.</summary>
        public void Take(ReadOnlySpan<double> values, int count)
        {
            double area = 4 * halfWidth * halfHeight;
            (Integrals, Errors, _bends) = (new double[count], new double[count], new double[count]);
            for (int c = 0; c < count; c++)
            {
                double seventh = 0, fifth = 0;
                for (int place = 0; place < PlacesOfPart; place++)
                {
                    double value = values[(place * count) + c];
                    seventh += Seventh[place] * value;
                    fifth += Fifth[place] * value;
                }

                Integrals[c] = area * seventh;
                Errors[c] = area * Math.Abs(seventh - fifth);
                _bends[c] = Bend(values, count, c, 1) - Bend(values, count, c, 5);
            }
        }

        /// <summary>Finds the function that errs most, which says whether and how the part is to be halved.</summary>
        public void Weigh(double[] sizes)
        {
            int most = 0;
            for (int c = 1; c < sizes.Length; c++)
                most = Errors[c] / sizes[c] > Errors[most] / sizes[most] ? c : most;
            Weight = Errors[most] / sizes[most];
            IsHalvedAcrossX = _bends[most] == 0 ? halfWidth >= halfHeight : _bends[most] > 0;
        }

        public Part[] Halves() => IsHalvedAcrossX
            ? [new(x - (halfWidth / 2), y, halfWidth / 2, halfHeight), new(x + (halfWidth / 2), y, halfWidth / 2, halfHeight)]
            : [new(x, y - (halfHeight / 2), halfWidth, halfHeight / 2), new(x, y + (halfHeight / 2), halfWidth, halfHeight / 2)];

        // The fourth difference along a direction, whose four places begin at a number.
        private static double Bend(ReadOnlySpan<double> values, int count, int c, int first)
        {
            double centre = 2 * values[c];
            double inner = values[(first * count) + c] + values[((first + 1) * count) + c] - centre;
            double outer = values[((first + 2) * count) + c] + values[((first + 3) * count) + c] - centre;
            return Math.Abs(inner - (Inner * Inner / (Outer * Outer) * outer));
        }
    }
}
