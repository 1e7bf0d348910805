using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. Holds one reference to the native tensor, released by <see cref="Dispose()"/>, by the
    /// <see cref="DisposeScope"/> it was created in, or, as a safety net, by the finalizer.
    /// </summary>
    /// <remarks>
    /// Operations return fresh tensors; those whose name ends in an underscore change the tensor in place and return it.
    /// A native failure is an <see cref="System.Runtime.InteropServices.ExternalException"/> with libtorch's message;
    /// use after disposal is an <see cref="InvalidOperationException"/>.
    /// </remarks>
    public partial class Tensor : IDisposable
    {
        private static long s_liveCount;
        private static long s_peakCount;

        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            long live = Interlocked.Increment(ref s_liveCount);
            if (live > s_peakCount)
                s_peakCount = live;
            DisposeScopeManager.OfThread.Register(this);
        }

        ~Tensor() => Free();

        /// <summary>Tensor objects that hold a native tensor now, in the whole process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_liveCount);

        /// <summary>The most that <see cref="TotalCount"/> has been.</summary>
        public static long PeakCount => s_peakCount;

        /// <summary>The native tensor.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public IntPtr Handle
        {
            get
            {
                nint handle = _handle;
                return handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");
            }
        }

        /// <summary>Whether the tensor was disposed.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>A name for the debugger's sake.</summary>
        public string? name { get; set; }

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int PlaceInScope { get; set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
                return;
            if (OwningDisposeScope is { } scope)
                scope.MarkAsDisposed(this);
            else
                DisposeScopeManager.Statistics.TensorStatistics.DisposedOutsideScopeCount++;
            Free();
        }

        /// <summary>Disposes without telling a scope: for the scope itself.</summary>
        internal void Release()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            // Disposal on one thread may meet the finalizer on another.
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            Interlocked.Decrement(ref s_liveCount);
            NativeMethods.ts_tensor_free(handle);
        }

        /// <summary>Gives up the native tensor without releasing it: the caller owns the returned handle.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                throw new InvalidOperationException("Tensor invalid -- empty handle.");
            OwningDisposeScope?.MarkAsDisposed(this);
            Interlocked.Decrement(ref s_liveCount);
            GC.SuppressFinalize(this);
            return handle;
        }

        /// <summary>As <see cref="DecoupleFromNativeHandle"/>, telling which scope the tensor left.</summary>
        internal nint TakeHandle(out DisposeScope? scope)
        {
            scope = OwningDisposeScope;
            return DecoupleFromNativeHandle();
        }

        /// <summary>Puts another native tensor in this one's place, whoever holds the object. Disposes <paramref name="replacement"/>.</summary>
        internal void Become(Tensor replacement)
        {
            nint before = Interlocked.Exchange(ref _handle, replacement.DecoupleFromNativeHandle());
            if (before != 0)
                NativeMethods.ts_tensor_free(before);
        }

        /// <summary>Wraps a native handle, whose reference the new tensor owns.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>Hands the tensor to the scope around its own; detaches it where there is none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Hands the tensor to <paramref name="other"/>.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope)
                scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        /// <summary>Hands the tensor to the scope that <paramref name="other"/> belongs to.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        /// <summary>Takes the tensor out of every scope: from now on its owner disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <inheritdoc cref="DetachFromDisposeScope"/>
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        /// <summary>A second tensor object on the same native tensor, with a life of its own.</summary>
        public Tensor alias()
        {
            var result = new Tensor(NativeMethods.ts_tensor_alias(Handle));
            GC.KeepAlive(this);
            return result;
        }

        public bool Equals(Tensor target) => Aten.equal.CallBool(this, target);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
