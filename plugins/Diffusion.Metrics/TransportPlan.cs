using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffusion.Metrics;

/// <summary>
/// The optimal transport between N points and M points of equal weight on either side: the linear programme min Σ P_ij C_ij over P ≥ 0 with rows that sum to
/// 1/N and columns that sum to 1/M. For N = M it is the assignment problem.
/// </summary>
/// <remarks>
/// Successive shortest paths with potentials (Jonker &amp; Volgenant 1987 for N = M; Ahuja, Magnanti &amp; Orlin 1993, section 9.7): a row's mass goes along
/// the path of the smallest reduced costs to a column with room, moving what other rows have sent before. Masses are whole numbers, so that the plan is exact
/// and rounding is that of the costs alone. O(min(N, M) N M) time in the worst case, O(N M) memory.
/// </remarks>
internal sealed class TransportPlan
{
    private readonly double[] _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly double[] _u;
    private readonly double[] _v;

    // Mass that a row has still to send and that a column has still room for, in units of 1/lcm(N, M).
    private readonly long[] _supply;
    private readonly long[] _room;
    private readonly List<Shipment>[] _shipments;

    // A search: the distance of columns that are not reached for good, their prices (−∞ for those that are), and the row before each column.
    private readonly double[] _distance;
    private readonly double[] _price;
    private readonly long[] _rowBefore;
    private readonly int[] _columnBefore;
    private readonly double[] _distanceOfRow;
    private readonly List<int> _reachedRows = [];
    private readonly List<(int Column, double Distance)> _reachedColumns = [];

    private TransportPlan(double[] costs, int rows, int columns)
    {
        (_costs, _rows, _columns) = (costs, rows, columns);
        (_u, _v) = (new double[rows], new double[columns]);
        long divisor = (long)BigInteger.GreatestCommonDivisor(rows, columns);
        _supply = [.. Enumerable.Repeat(columns / divisor, rows)];
        _room = [.. Enumerable.Repeat(rows / divisor, columns)];
        _shipments = [.. Enumerable.Range(0, columns).Select(_ => new List<Shipment>(1))];
        (_distance, _price, _rowBefore) = (new double[columns], new double[columns], new long[columns]);
        (_columnBefore, _distanceOfRow) = (new int[rows], new double[rows]);
    }

    /// <summary>Σ P_ij C_ij.</summary>
    public double Cost { get; private set; }

    /// <summary>u of the dual problem, N numbers: u_i + v_j ≤ C_ij, with equality where P_ij &gt; 0.</summary>
    public double[] RowPotentials => _u;

    /// <summary>v of the dual problem, M numbers.</summary>
    public double[] ColumnPotentials => _v;

    /// <summary>Solves the problem.</summary>
    /// <param name="costs">C, row by row: N · M finite numbers.</param>
    /// <param name="rows">N.</param>
    /// <param name="columns">M.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TransportPlan Solve(double[] costs, int rows, int columns, CancellationToken cancellationToken = default)
    {
        TransportPlan plan = new(costs, rows, columns);
        plan.Begin();
        for (int row = 0; row < rows; row++)
        {
            while (plan._supply[row] > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                plan.Send(row);
            }
        }

        plan.Cost = plan.Total();
        return plan;
    }

    private ReadOnlySpan<double> Costs(int row) => _costs.AsSpan(row * _columns, _columns);

    // Each column's price is its smallest cost, then each row's its smallest reduced cost; what is free of reduced cost is sent at once.
    private void Begin()
    {
        Costs(0).CopyTo(_v);
        for (int row = 1; row < _rows; row++)
            TensorPrimitives.Min(_v, Costs(row), _v);
        double[] reduced = new double[_columns];
        for (int row = 0; row < _rows; row++)
        {
            TensorPrimitives.Subtract(Costs(row), _v, reduced);
            int column = TensorPrimitives.IndexOfMin<double>(reduced);
            _u[row] = reduced[column];
            long mass = Math.Min(_supply[row], _room[column]);
            if (mass > 0)
                Ship(row, column, mass);
        }
    }

    private void Ship(int row, int column, long mass)
    {
        _supply[row] -= mass;
        _room[column] -= mass;
        Change(row, column, mass);
    }

    private void Change(int row, int column, long mass)
    {
        Span<Shipment> shipments = CollectionsMarshal.AsSpan(_shipments[column]);
        for (int k = 0; k < shipments.Length; k++)
        {
            if (shipments[k].Row != row)
                continue;
            shipments[k].Mass += mass;
            if (shipments[k].Mass == 0)
                _shipments[column].RemoveAt(k);
            return;
        }

        _shipments[column].Add(new() { Row = row, Mass = mass });
    }

    private void Send(int source)
    {
        int sink = Search(source, out double length);

        // Potentials that keep every reduced cost on the way at 0, and none negative.
        foreach (int row in _reachedRows)
            _u[row] += length - _distanceOfRow[row];
        foreach ((int column, double distance) in _reachedColumns)
            _v[column] += distance - length;

        long mass = Math.Min(_supply[source], _room[sink]);
        for (int column = sink, row = (int)_rowBefore[column]; row != source; row = (int)_rowBefore[column])
        {
            column = _columnBefore[row];
            mass = Math.Min(mass, _shipments[column].Find(shipment => shipment.Row == row).Mass);
        }

        _supply[source] -= mass;
        _room[sink] -= mass;
        for (int column = sink; ;)
        {
            int row = (int)_rowBefore[column];
            Change(row, column, mass);
            if (row == source)
                return;
            column = _columnBefore[row];
            Change(row, column, -mass);
        }
    }

    // Dijkstra's search over rows and columns. Costs from a column back to the rows that ship to it are 0.
    private int Search(int source, out double length)
    {
        _reachedRows.Clear();
        _reachedColumns.Clear();
        Array.Fill(_distance, double.PositiveInfinity);
        _v.CopyTo(_price, 0);
        // −1: not reached.
        Array.Fill(_columnBefore, -1);
        int next = Reach(source, 0);
        while (true)
        {
            double distance = _distance[next];
            if (_room[next] > 0)
            {
                length = distance;
                return next;
            }

            int column = next;
            _reachedColumns.Add((column, distance));
            _distance[column] = double.PositiveInfinity;
            _price[column] = double.NegativeInfinity;
            next = -1;
            foreach (Shipment shipment in _shipments[column])
            {
                if (_columnBefore[shipment.Row] >= 0 || shipment.Row == source)
                    continue;
                _columnBefore[shipment.Row] = column;
                next = Reach(shipment.Row, distance);
            }

            // All rows that ship to this column were reached through others.
            if (next < 0)
                next = TensorPrimitives.IndexOfMin<double>(_distance);
        }
    }

    /// <summary>Shortens the distances of columns through a row, and returns the nearest column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Reach(int row, double distanceOfRow)
    {
        _reachedRows.Add(row);
        _distanceOfRow[row] = distanceOfRow;
        double offset = distanceOfRow - _u[row];
        ref double cost = ref MemoryMarshal.GetReference(Costs(row));
        ref double price = ref MemoryMarshal.GetArrayDataReference(_price);
        ref double distance = ref MemoryMarshal.GetArrayDataReference(_distance);
        ref long before = ref MemoryMarshal.GetArrayDataReference(_rowBefore);
        var offsets = new Vector<double>(offset);
        var rows = new Vector<long>(row);
        var smallest = new Vector<double>(double.PositiveInfinity);
        Vector<long> places = Vector<long>.Zero, place = Vector<long>.Indices;
        int whole = _columns - (_columns % Vector<double>.Count);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<double>.Count)
        {
            Vector<double> known = Vector.LoadUnsafe(ref distance, j);
            Vector<double> through = Vector.LoadUnsafe(ref cost, j) - Vector.LoadUnsafe(ref price, j) + offsets;
            Vector<long> isShorter = Vector.LessThan(through, known);
            known = Vector.ConditionalSelect(isShorter, through, known);
            known.StoreUnsafe(ref distance, j);
            Vector.ConditionalSelect(isShorter, rows, Vector.LoadUnsafe(ref before, j)).StoreUnsafe(ref before, j);
            Vector<long> isNearest = Vector.LessThan(known, smallest);
            smallest = Vector.ConditionalSelect(isNearest, known, smallest);
            places = Vector.ConditionalSelect(isNearest, place, places);
            place += new Vector<long>(Vector<long>.Count);
        }

        // The first of equals, whatever the width of a vector.
        (double Distance, long Column) nearest = (double.PositiveInfinity, long.MaxValue);
        for (int k = 0; k < Vector<double>.Count && whole > 0; k++)
        {
            if (smallest[k] < nearest.Distance || (smallest[k] == nearest.Distance && places[k] < nearest.Column))
                nearest = (smallest[k], places[k]);
        }

        for (int j = whole; j < _columns; j++)
        {
            double through = Costs(row)[j] - _price[j] + offset;
            if (through < _distance[j])
                (_distance[j], _rowBefore[j]) = (through, row);
            if (_distance[j] < nearest.Distance)
                nearest = (_distance[j], j);
        }

        return (int)nearest.Column;
    }

    private double Total()
    {
        double sum = 0;
        long whole = 0;
        for (int column = 0; column < _columns; column++)
        {
            foreach (Shipment shipment in _shipments[column])
            {
                sum += shipment.Mass * Costs(shipment.Row)[column];
                whole += shipment.Mass;
            }
        }

        return sum / whole;
    }

    private struct Shipment
    {
        public int Row;
        public long Mass;
    }
}
