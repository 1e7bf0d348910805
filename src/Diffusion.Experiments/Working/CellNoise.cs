using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Diffusion.Core.Randomness;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>What the noise of a cell's samples derives from.</summary>
internal static class CellNoise
{
    /// <summary>That of a cell; independent noise is a function of everything that the samples depend on.</summary>
    public static NoiseKey Key(ExperimentCell cell) => new(
        cell.Experiment.Noise == NoiseCoupling.Common
            ? cell.Experiment.Seed
            : BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(cell.SamplingKey))) & long.MaxValue,
        cell.Number.Draw);
}
