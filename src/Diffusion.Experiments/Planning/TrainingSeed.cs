using Diffusion.Core.Randomness;

namespace Diffusion.Experiments.Planning;

/// <summary>Seeds of the networks that a sweep trains in place of one.</summary>
internal static class TrainingSeed
{
    // Derives keys of no noise stream: those have purposes below. Part of every result with several networks: never change.
    private const ulong Purpose = ((ulong)NoiseDomain.Training << 32) | 0x100;

    // A reader of JSON that holds numbers as float64 keeps all digits.
    private const int BitsLeftOut = 11;

    /// <summary>
    /// The seed of one of several networks. The first has the seed that is stated, so that it is the network that is trained without others. Further ones have
    /// seeds that are mixed from it rather than counted on: experiments with neighbouring seeds then share no network.
    /// </summary>
    /// <param name="stated">The seed that the manifest states.</param>
    /// <param name="network">Which network, from 0.</param>
    public static long ForNetwork(long stated, int network) =>
        network == 0 ? stated : (long)(Philox.DeriveKey((ulong)stated, Purpose, (ulong)network) >> BitsLeftOut);
}
