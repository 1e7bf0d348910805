namespace Diffusion.Core.Randomness;

/// <summary>What a run's noise derives from: never from a cell's place in a sweep, so that cells that differ only in solver, grid or steps share it.</summary>
/// <param name="Seed">The experiment's seed.</param>
/// <param name="Repeat">Which repeat, from 0.</param>
/// <param name="Domain">The part of the work, so that none shares a stream with another.</param>
public readonly record struct NoiseKey(long Seed, int Repeat, NoiseDomain Domain = NoiseDomain.Sampling)
{
    internal Philox Stream(NoisePurpose purpose) =>
        new(Philox.DeriveKey((ulong)Seed, ((ulong)Domain << 32) | (uint)purpose, (ulong)Repeat));
}
