using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Number of dimensions.</summary>
        public long Dimensions => Fact(NativeMethods.ts_tensor_dim(Handle));

        /// <inheritdoc cref="Dimensions"/>
        public long ndim => Dimensions;

        /// <summary>Number of elements.</summary>
        public long NumberOfElements => Fact(NativeMethods.ts_tensor_numel(Handle));

        /// <summary>Bytes an element takes.</summary>
        public long ElementSize => Fact(NativeMethods.ts_tensor_itemsize(Handle));

        public ScalarType dtype => (ScalarType)Fact(NativeMethods.ts_tensor_dtype(Handle));

        public Device device => Device.Of(device_type, device_index);

        public DeviceType device_type => (DeviceType)Fact(NativeMethods.ts_tensor_device_type(Handle));

        /// <summary>The device's number among its kind; -1 on the CPU.</summary>
        public int device_index => (int)Fact(NativeMethods.ts_tensor_device_index(Handle));

        /// <summary>The size of each dimension, as a fresh array.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* first = sizes)
                    NativeError.ThrowIfNegative((int)Fact(NativeMethods.ts_tensor_sizes(Handle, first)));
                return sizes;
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        /// <summary>The matrix transposed; more than two dimensions are reversed.</summary>
        public Tensor T => Aten.numpy_T.Call(this);

        /// <summary>The last two dimensions transposed.</summary>
        public Tensor mT => Aten.mT.Call(this);

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        /// <summary>The size of dimension <paramref name="dim"/>, which may count from the end.</summary>
        public unsafe long size(int dim)
        {
            int rank = (int)Dimensions;
            int wrapped = dim < 0 ? dim + rank : dim;
            if (wrapped < 0 || wrapped >= rank)
                throw new IndexOutOfRangeException($"Dimension {dim} is out of range for a tensor of {rank} dimensions.");
            long* sizes = stackalloc long[rank];
            NativeError.ThrowIfNegative((int)Fact(NativeMethods.ts_tensor_sizes(Handle, sizes)));
            return sizes[wrapped];
        }

        /// <summary>How many elements apart neighbours along each dimension lie in memory.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* first = strides)
                NativeError.ThrowIfNegative((int)Fact(NativeMethods.ts_tensor_strides(Handle, first)));
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + Dimensions : dim];

        public long storage_offset() => Fact(NativeMethods.ts_tensor_storage_offset(Handle));

        public bool is_contiguous() => Fact(NativeMethods.ts_tensor_is_contiguous(Handle)) != 0;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        /// <summary>Whether the one element differs from zero.</summary>
        public bool is_nonzero() => Aten.is_nonzero.CallBool(this);

        private long Fact(long value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
