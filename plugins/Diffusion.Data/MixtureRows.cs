using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Rows that are drawn from a mixture. A row is a function of seed, stream and row number alone.</summary>
/// <param name="mixture">The mixture.</param>
/// <param name="seed">The seed of the draws.</param>
internal sealed class MixtureRows(GaussianMixture mixture, long seed)
{
    // Streams of the rows that are loaded; those that are drawn come after them.
    private const ulong TrainStream = 0, ReferenceStream = 1, FirstDrawnStream = 2;

    private const long MostNumbers = 100_000_000;

    /// <summary>Refuses more numbers than are kept in memory.</summary>
    /// <exception cref="ArgumentException">There are more.</exception>
    public static void CheckSize(int dimension, int count, int referenceCount)
    {
        long numbers = ((long)count + referenceCount) * dimension;
        if (numbers > MostNumbers)
        {
            throw new ArgumentException(
                $"{count} rows and {referenceCount} to compare with, in {dimension} dimensions, are {numbers} numbers; {MostNumbers} is the limit.");
        }
    }

    /// <summary>Training and reference rows, from separate streams, with what is known of them.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="source">Where the mixture comes from.</param>
    /// <param name="count">Training rows.</param>
    /// <param name="referenceCount">Reference rows.</param>
    public DataSet Load(string name, string source, int count, int referenceCount)
    {
        double[] train = Rows(count, TrainStream);
        double[] reference = Rows(referenceCount, ReferenceStream);
        var description = new DataDescription
        {
            Name = name,
            Shape = [mixture.Dimension],
            Source = source,
            Digest = RowsDigest.Sha256([.. train, .. reference]),
            Mixture = mixture,
        };
        return new DataSet(description, tensor(train, [count, mixture.Dimension]), tensor(reference, [referenceCount, mixture.Dimension]));
    }

    /// <summary>Further rows, shape (<paramref name="count"/>, D).</summary>
    public Tensor Draw(int count, long stream) => tensor(Rows(count, FirstDrawnStream + (ulong)stream), [count, mixture.Dimension]);

    private double[] Rows(int count, ulong stream)
    {
        int dimension = mixture.Dimension;
        var random = new CounterNormal(seed, stream);
        double[][,] factors = [.. mixture.Components.Select(component => component.CholeskyFactor())];
        double[] rows = new double[(long)count * dimension];
        double[] normal = new double[dimension];
        for (int row = 0; row < count; row++)
        {
            int k = Component(random.Uniform(row, 0));
            random.FillNormal(normal, row, 1);
            for (int i = 0; i < dimension; i++)
            {
                double value = mixture.Components[k].Mean[i];
                for (int j = 0; j <= i; j++)
                    value += factors[k][i, j] * normal[j];
                rows[((long)row * dimension) + i] = value;
            }
        }

        return rows;
    }

    private int Component(double u)
    {
        int last = mixture.Components.Count - 1;
        for (int k = 0; k < last; k++)
        {
            u -= mixture.Components[k].Weight;
            if (u < 0)
                return k;
        }

        return last;
    }
}
