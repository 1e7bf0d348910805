using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A source that can draw as many rows of its population as are wanted. Each repeat of a sweep then has reference rows of its own, so that the spread between
/// repeats is the whole error. Sources whose rows are themselves what is to be reproduced have no generator.
/// </summary>
public interface IDataGenerator : IDataSource
{
    /// <summary>
    /// Draws fresh rows: float64, shape (<paramref name="count"/>, …), on the CPU, in the units of the rows that <see cref="IDataSource.Load()"/> gives.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="stream">
    /// Which draw. The same stream gives the same rows to the bit, different streams are independent of each other and of the rows that are loaded.
    /// </param>
    Tensor Draw(int count, long stream);
}
