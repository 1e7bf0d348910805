using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers of its own.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(device ?? CPU, NewHandle(seed, device ?? CPU))
        {
        }

        private Generator(Device device, nint handle)
        {
            this.device = device;
            _handle = handle;
        }

        ~Generator() => Free();

        /// <summary>The CPU's default generator, which <see cref="torch.manual_seed"/> seeds.</summary>
        public static Generator Default
        {
            get
            {
                Engine.EnsureLoaded();
                nint handle = NativeMethods.ts_generator_default((int)DeviceType.CPU, -1);
                return handle == 0 ? throw NativeError.Last() : new Generator(CPU, handle);
            }
        }

        public Device device { get; }

        public IntPtr Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        /// <summary>Starts the stream that belongs to <paramref name="seed"/>.</summary>
        public Generator manual_seed(long seed)
        {
            NativeError.ThrowIfNegative(NativeMethods.ts_generator_manual_seed(Handle, unchecked((ulong)seed)));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Seeds from the machine's entropy and returns the seed.</summary>
        public long seed() => Kept(NativeMethods.ts_generator_seed(Handle));

        public long initial_seed() => Kept(NativeMethods.ts_generator_initial_seed(Handle));

        /// <summary>The stream's state, as bytes for <see cref="set_state"/>.</summary>
        public Tensor get_state()
        {
            Tensor state = NativeError.Tensor(NativeMethods.ts_generator_state(Handle));
            GC.KeepAlive(this);
            return state;
        }

        public void set_state(Tensor value)
        {
            NativeError.ThrowIfNegative(NativeMethods.ts_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing) => Free();

        private static nint NewHandle(ulong seed, Device device)
        {
            Engine.EnsureLoaded();
            nint handle = NativeMethods.ts_generator_new((int)device.type, device.index, seed);
            return handle == 0 ? throw NativeError.Last() : handle;
        }

        private long Kept(long value)
        {
            GC.KeepAlive(this);
            return value;
        }

        private void Free()
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                NativeMethods.ts_generator_free(handle);
        }
    }
}
