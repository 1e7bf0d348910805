using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Sets the calling thread's grad mode until disposed. The mode is per thread: do not <c>await</c> inside.</summary>
internal sealed class GradModeGuard : IDisposable
{
    private readonly bool _before;

    public GradModeGuard(bool enabled)
    {
        Engine.EnsureLoaded();
        _before = NativeMethods.ts_grad_enabled() != 0;
        NativeMethods.ts_set_grad_enabled(enabled ? 1 : 0);
    }

    public void Dispose() => NativeMethods.ts_set_grad_enabled(_before ? 1 : 0);
}
