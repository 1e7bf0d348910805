using MathNet.Numerics.Integration;

namespace Diffusion.Core.Laws;

/// <summary>Integrals of several functions of one place at once, by Gauss-Legendre rules on pieces that are halved where that changes most.</summary>
internal static class LawQuadrature
{
    private const int Order = 15;
    private const int MostPieces = 60_000;
    private const double NearestPlace = 1e-15;
    private static readonly GaussLegendreRule Rule = new(-1, 1, Order);

    /// <summary>Values at a place.</summary>
    public delegate void Integrand(double x, Span<double> values);

    /// <summary>Integrates from the first break to the last.</summary>
    /// <param name="integrand">The functions.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="breaks">Places in rising order between which they are smooth.</param>
    /// <param name="tolerance">Error at which halving stops, of every integral; relative where that is larger than 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The integrals, and what the last halving changed of each in sum.</returns>
    public static (double[] Integrals, double[] Errors) Integrate(
        Integrand integrand, int count, IReadOnlyList<LawBreak> breaks, double tolerance, CancellationToken cancellationToken)
    {
        PriorityQueue<Piece, double> pieces = new();
        List<Piece> settled = [];
        double[] errors = new double[count];
        double[] integrals = new double[count];
        for (int i = 1; i < breaks.Count; i++)
        {
            (LawBreak left, LawBreak right) = (breaks[i - 1], breaks[i]);
            if (!(right.Place > left.Place))
                continue;
            if (left.IsSingular && right.IsSingular)
            {
                double middle = left.Place + ((right.Place - left.Place) / 2);
                Add(new(left.Place, middle, Singular.Left));
                Add(new(middle, right.Place, Singular.Right));
            }
            else
            {
                Add(new(left.Place, right.Place, left.IsSingular ? Singular.Left : right.IsSingular ? Singular.Right : Singular.None));
            }
        }

        for (int halvings = 0; pieces.Count > 0 && pieces.Count < MostPieces && IsOpen(); halvings++)
        {
            if (halvings % 256 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // The running sum keeps the rounding of large errors that are long gone.
                Array.Clear(errors);
                Array.Clear(integrals);
                foreach ((Piece piece, _) in pieces.UnorderedItems)
                    Note(piece, 1);
                foreach (Piece piece in settled)
                    Note(piece, 1);
            }

            Piece worst = pieces.Dequeue();
            Note(worst, -1);
            double half = worst.From + ((worst.To - worst.From) / 2);
            if (half == worst.From || half == worst.To)
            {
                settled.Add(worst);
                Note(worst, 1);
                continue;
            }

            Add(worst with { To = half }, worst.Left);
            Add(worst with { From = half }, worst.Right);
        }

        Array.Clear(errors);
        Array.Clear(integrals);
        foreach (Piece piece in pieces.UnorderedItems.Select(item => item.Element).Concat(settled).OrderBy(piece => piece.Start).ThenBy(piece => piece.From))
            Note(piece, 1);
        return (integrals, errors);

        void Add(Piece piece, double[]? whole = null)
        {
            double half = piece.From + ((piece.To - piece.From) / 2);
            whole ??= Sum(piece, piece.From, piece.To);
            piece = piece with { Whole = whole, Left = Sum(piece, piece.From, half), Right = Sum(piece, half, piece.To) };
            Note(piece, 1);
            pieces.Enqueue(piece, -Enumerable.Range(0, count).Max(c => piece.Error(c) / Size(c)));
        }

        bool IsOpen()
        {
            for (int c = 0; c < count; c++)
            {
                if (errors[c] > tolerance * Size(c))
                    return true;
            }

            return false;
        }

        double Size(int c) => Math.Max(1, Math.Abs(integrals[c]));

        void Note(Piece piece, int sign)
        {
            for (int c = 0; c < count; c++)
            {
                errors[c] += sign * piece.Error(c);
                integrals[c] += sign * (piece.Left[c] + piece.Right[c]);
            }
        }

        double[] Sum(Piece piece, double from, double to)
        {
            double[] sums = new double[count];
            Span<double> values = stackalloc double[count];
            for (int i = 0; i < Order; i++)
            {
                double t = from + ((to - from) * (1 + Rule.GetAbscissa(i)) / 2);
                (double x, double weight) = piece.At(t);
                values.Clear();
                integrand(x, values);
                for (int c = 0; c < count; c++)
                    sums[c] += Rule.GetWeight(i) / 2 * (to - from) * weight * values[c];
            }

            return sums;
        }
    }

    private enum Singular
    {
        None,
        Left,
        Right,
    }

    // t from 0 to 1; at a singular end x goes as t⁴, so that 1/√x and log x do no harm.
    private sealed record Piece(double Start, double End, Singular Singular)
    {
        public double From { get; init; }

        public double To { get; init; } = 1;

        public double[] Whole { get; init; } = [];

        public double[] Left { get; init; } = [];

        public double[] Right { get; init; } = [];

        public double Error(int c) => Math.Abs(Left[c] + Right[c] - Whole[c]);

        public (double X, double Weight) At(double t)
        {
            double length = End - Start;
            if (Singular == Singular.None)
                return (Start + (length * t), length);

            // Nearer to the end a double does not hold the distance from it: there the integrand is that at the nearest place that it holds, continued as 1/√x.
            double s = Singular == Singular.Right ? 1 - t : t;
            double nearest = Math.Sqrt(Math.Sqrt(NearestPlace * Math.Max(Math.Abs(Start), Math.Abs(End)) / length));
            double held = Math.Max(s, nearest);
            double distance = length * held * held * held * held;
            return (Singular == Singular.Left ? Start + distance : End - distance, 4 * length * s * held * held);
        }
    }
}
