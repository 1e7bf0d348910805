using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Lets operations whose result may differ between runs fail, or warn; what held before holds again once disposed.</summary>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false) =>
        new DeterminismGuard(mode, warn_only);

    public static bool are_deterministic_algorithms_enabled()
    {
        Engine.EnsureLoaded();
        return NativeMethods.ts_deterministic() != 0;
    }
}
