using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether autograd records what is done with the tensor.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">Switched off on a tensor that is no leaf.</exception>
        public bool requires_grad
        {
            get => Fact(NativeMethods.ts_tensor_requires_grad(Handle)) != 0;
            set
            {
                NativeError.ThrowIfNegative(NativeMethods.ts_tensor_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        /// <summary>Whether the tensor is no result of a recorded operation, so that gradients accumulate in it.</summary>
        public bool is_leaf => Fact(NativeMethods.ts_tensor_is_leaf(Handle)) != 0;

        /// <summary>
        /// The accumulated gradient, or null. Each read is a fresh tensor object on the same native tensor, to be disposed
        /// as any other; assigning does not take ownership of the assigned object.
        /// </summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint gradient;
                NativeError.ThrowIfNegative(NativeMethods.ts_tensor_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                NativeError.ThrowIfNegative(NativeMethods.ts_tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <inheritdoc cref="requires_grad_"/>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of a tensor that is no leaf.</summary>
        public void retain_grad()
        {
            NativeError.ThrowIfNegative(NativeMethods.ts_tensor_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>Accumulates the gradient of this one-element tensor in the leaves it depends on.</summary>
        public unsafe void backward()
        {
            nint handle = Handle;
            NativeError.ThrowIfNegative(NativeMethods.ts_backward(&handle, 1, null, 0, -1, 0, null, 0));
            GC.KeepAlive(this);
        }

        /// <inheritdoc cref="autograd.backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);

        internal Tensor WithGrad(bool wanted) => wanted ? requires_grad_() : this;
    }
}
