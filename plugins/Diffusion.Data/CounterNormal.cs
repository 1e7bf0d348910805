namespace Diffusion.Data;

/// <summary>
/// Random numbers that are a function of seed, stream, row and place alone: SplitMix64 (Steele, Lea &amp; Flood 2014) read at a counter, and
/// Box and Muller's transform.
/// </summary>
internal readonly struct CounterNormal(long seed, ulong stream)
{
    private readonly ulong _key = Mix(Mix((ulong)seed) + stream);

    /// <summary>Uniform in (0, 1), 53 bits.</summary>
    public double Uniform(long row, int place)
    {
        ulong word = Mix(Mix(_key + (ulong)row) + (ulong)place);
        return ((word >> 11) + 0.5) * (1.0 / (1L << 53));
    }

    /// <summary>Standard normal numbers from the uniform ones at places <paramref name="place"/>, place + 1, and so on.</summary>
    public void FillNormal(Span<double> destination, long row, int place)
    {
        for (int i = 0; i < destination.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(Uniform(row, place + i)));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * Uniform(row, place + i + 1));
            destination[i] = radius * cosine;
            if (i + 1 < destination.Length)
                destination[i + 1] = radius * sine;
        }
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
