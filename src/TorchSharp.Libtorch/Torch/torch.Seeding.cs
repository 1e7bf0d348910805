using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <inheritdoc cref="Generator.seed"/>
    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    /// <summary>The default generator.</summary>
    public static class random
    {
        /// <inheritdoc cref="torch.manual_seed"/>
        public static Generator manual_seed(long seed)
        {
            Engine.EnsureLoaded();
            NativeError.ThrowIfNegative(NativeMethods.ts_manual_seed(unchecked((ulong)seed)));
            return Generator.Default;
        }

        /// <inheritdoc cref="Generator.seed"/>
        public static long seed()
        {
            using Generator generator = Generator.Default;
            return generator.seed();
        }

        public static long initial_seed()
        {
            using Generator generator = Generator.Default;
            return generator.initial_seed();
        }

        public static Tensor get_rng_state()
        {
            using Generator generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using Generator generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
