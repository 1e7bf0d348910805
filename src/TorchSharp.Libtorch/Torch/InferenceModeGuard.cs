using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Holds the calling thread's inference mode until disposed. Guards must be disposed in reverse order, on their thread.</summary>
internal sealed class InferenceModeGuard : IDisposable
{
    private nint _guard;

    public InferenceModeGuard(bool enabled)
    {
        Engine.EnsureLoaded();
        _guard = NativeMethods.ts_inference_enter(enabled ? 1 : 0);
    }

    public void Dispose()
    {
        nint guard = Interlocked.Exchange(ref _guard, 0);
        if (guard != 0)
            NativeMethods.ts_inference_leave(guard);
    }
}
