using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>CUDA devices; none where libtorch was built without CUDA or the machine has none.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count()
        {
            Engine.EnsureLoaded();
            return NativeMethods.ts_device_count((int)DeviceType.CUDA);
        }

        public static bool is_cudnn_available()
        {
            Engine.EnsureLoaded();
            return NativeMethods.ts_has_cudnn() != 0;
        }

        /// <summary>Waits until everything given to the device is done.</summary>
        public static void synchronize(Device? device = null)
        {
            Engine.EnsureLoaded();
            NativeError.ThrowIfNegative(NativeMethods.ts_synchronize((int)DeviceType.CUDA, device?.index ?? -1));
        }
    }
}
