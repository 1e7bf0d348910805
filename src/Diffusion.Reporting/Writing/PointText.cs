namespace Diffusion.Reporting.Writing;

/// <summary>Points of pictures as text, four characters a point: each coordinate in 4096 steps.</summary>
internal static class PointText
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int Steps = 4096;

    /// <summary>The text of points.</summary>
    /// <param name="coordinates">x and y in turn, in 0…1; what lies outside is drawn at the edge.</param>
    /// <param name="most">The most points; of more, evenly chosen ones are kept.</param>
    public static string Encode(IReadOnlyList<double> coordinates, int most)
    {
        int count = coordinates.Count / 2, kept = Math.Min(count, most);
        return string.Create(4 * kept, (coordinates, count, kept), static (text, state) =>
        {
            for (int i = 0; i < state.kept; i++)
            {
                int point = (int)((long)i * state.count / state.kept);
                for (int axis = 0; axis < 2; axis++)
                {
                    int step = Math.Clamp((int)(state.coordinates[(2 * point) + axis] * Steps), 0, Steps - 1);
                    text[(4 * i) + (2 * axis)] = Digits[step / 64];
                    text[(4 * i) + (2 * axis) + 1] = Digits[step % 64];
                }
            }
        });
    }
}
