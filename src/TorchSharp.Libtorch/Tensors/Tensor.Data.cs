using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// The elements' memory itself, of a contiguous CPU tensor: valid while the tensor lives. Assigning copies into it.
        /// </summary>
        /// <exception cref="NotImplementedException">The tensor is not contiguous.</exception>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new NotImplementedException("bytes needs a contiguous tensor: call contiguous() first.");
                return new Span<byte>(CpuAddress(), checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                Span<byte> target = bytes;
                if (target.Length != value.Length)
                    throw new ArgumentException($"The tensor holds {target.Length} bytes, not {value.Length}.");
                value.CopyTo(target);
            }
        }

        /// <summary>The elements in row-major order, whatever their layout in memory.</summary>
        /// <typeparam name="T">The .NET type that matches <see cref="dtype"/> exactly.</typeparam>
        /// <exception cref="ArgumentException">The type does not match.</exception>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireElement<T>();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The value of a one-element tensor, on any device.</summary>
        /// <typeparam name="T">The .NET type that matches <see cref="dtype"/> exactly.</typeparam>
        /// <exception cref="ArgumentException">More or less than one element, or the type does not match.</exception>
        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"item() needs a tensor of one element; this one has {NumberOfElements}.");
            RequireElement<T>();
            if (device_type == DeviceType.CPU)
                return *(T*)CpuAddress();
            using Tensor here = cpu();
            return *(T*)here.CpuAddress();
        }

        /// <summary>The value of a one-element tensor as a <see cref="Scalar"/>.</summary>
        public Scalar ToScalar() => Aten.item.CallScalar(this);

        public float ReadCpuSingle(long i) => data<float>()[i];

        public double ReadCpuDouble(long i) => data<double>()[i];

        public long ReadCpuInt64(long i) => data<long>()[i];

        public int ReadCpuInt32(long i) => data<int>()[i];

        public bool ReadCpuBool(long i) => data<bool>()[i];

        internal unsafe void* CpuAddress()
        {
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException(
                    "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            void* address;
            NativeError.ThrowIfNegative(NativeMethods.ts_tensor_data(Handle, &address));
            GC.KeepAlive(this);
            return address;
        }

        private void RequireElement<T>()
        {
            ScalarType type = dtype;
            if (ScalarTypeOf(typeof(T)) != type)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {type}");
        }
    }
}
