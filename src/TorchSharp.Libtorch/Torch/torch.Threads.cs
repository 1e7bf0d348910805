using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Threads one operation uses on the CPU.</summary>
    public static int get_num_threads()
    {
        Engine.EnsureLoaded();
        return NativeMethods.ts_threads();
    }

    /// <inheritdoc cref="get_num_threads"/>
    public static void set_num_threads(int num)
    {
        Engine.EnsureLoaded();
        NativeError.ThrowIfNegative(NativeMethods.ts_set_threads(num));
    }

    /// <summary>Threads independent operations use among each other.</summary>
    public static int get_num_interop_threads()
    {
        Engine.EnsureLoaded();
        return NativeMethods.ts_interop_threads();
    }

    /// <inheritdoc cref="get_num_interop_threads"/>
    public static void set_num_interop_threads(int num)
    {
        Engine.EnsureLoaded();
        NativeError.ThrowIfNegative(NativeMethods.ts_set_interop_threads(num));
    }
}
