using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Records nothing for autograd on this thread until disposed.</summary>
    public static IDisposable no_grad() => new GradModeGuard(false);

    /// <summary>Records for autograd on this thread (or not) until disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradModeGuard(enabled);

    /// <inheritdoc cref="enable_grad"/>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeGuard(mode);

    /// <summary>Whether operations on this thread are recorded for autograd.</summary>
    public static bool is_grad_enabled()
    {
        Engine.EnsureLoaded();
        return NativeMethods.ts_grad_enabled() != 0;
    }

    /// <summary>As <see cref="no_grad"/> and cheaper; what is created inside can never take part in autograd.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceModeGuard(mode);

    public static bool is_inference_mode_enabled()
    {
        Engine.EnsureLoaded();
        return NativeMethods.ts_inference_enabled() != 0;
    }
}
