using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The tensor as <paramref name="type"/> on <paramref name="device"/>.</summary>
        /// <param name="type">The element type.</param>
        /// <param name="device">The device.</param>
        /// <param name="copy">Copies even where type and device are already as asked.</param>
        /// <param name="disposeAfter">Disposes this tensor once the other exists.</param>
        /// <param name="non_blocking">Does not wait for a copy between devices.</param>
        public Tensor to(
            ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(null, device, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(null, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            Convert(null, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>The tensor with the other's type and device.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) =>
            Convert(other.dtype, other.device, false, false, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(type, null, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) =>
            to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @bool() => to(ScalarType.Bool);

        public Tensor @byte() => to(ScalarType.Byte);

        public Tensor @short() => to(ScalarType.Int16);

        public Tensor @int() => to(ScalarType.Int32);

        public Tensor @long() => to(ScalarType.Int64);

        public Tensor half() => to(ScalarType.Float16);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor @float() => to(ScalarType.Float32);

        public Tensor @double() => to(ScalarType.Float64);

        private static Tensor AsType(Tensor result, ScalarType? type) =>
            type is { } wanted && wanted != result.dtype ? result.to(wanted, disposeAfter: true) : result;

        private Tensor Convert(ScalarType? type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            Tensor result = Aten.to_dtype_layout.Call(this, type, Arg.None, device, Arg.None, nonBlocking, copy);
            if (disposeAfter)
                Dispose();
            return result;
        }
    }
}
