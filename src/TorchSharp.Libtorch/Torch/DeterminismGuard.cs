using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Sets the process's determinism until disposed.</summary>
internal sealed class DeterminismGuard : IDisposable
{
    private readonly bool _before;

    public DeterminismGuard(bool mode, bool warnOnly)
    {
        Engine.EnsureLoaded();
        _before = NativeMethods.ts_deterministic() != 0;
        NativeError.ThrowIfNegative(NativeMethods.ts_set_deterministic(mode ? 1 : 0, warnOnly ? 1 : 0));
    }

    public void Dispose() => NativeError.ThrowIfNegative(NativeMethods.ts_set_deterministic(_before ? 1 : 0, 0));
}
