using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Reverse-mode differentiation.</summary>
    public static class autograd
    {
        /// <summary>The sum of gradients of <paramref name="outputs"/> with respect to <paramref name="inputs"/>.</summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">With respect to what.</param>
        /// <param name="grad_outputs">The vector of the vector-Jacobian product, one tensor per output; may be left out for scalars.</param>
        /// <param name="retain_graph">Keeps the graph for a further pass; implied by <paramref name="create_graph"/>.</param>
        /// <param name="create_graph">Records the computation of the gradient, so that it can be differentiated again.</param>
        /// <param name="allow_unused">Returns null, instead of failing, for an input no output depends on.</param>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            nint[] results = new nint[inputs.Count];
            fixed (nint* from = Handles(outputs), to = Handles(inputs), vector = Handles(grad_outputs), found = results)
            {
                NativeError.ThrowIfNegative(NativeMethods.ts_grad(
                    from, outputs.Count, to, inputs.Count, vector, grad_outputs?.Count ?? 0,
                    retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, found));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle));
        }

        /// <summary>Accumulates the gradients of <paramref name="tensors"/> in the leaves they depend on.</summary>
        /// <param name="tensors">What is differentiated.</param>
        /// <param name="grad_tensors">The vector of the vector-Jacobian product, one tensor each; may be left out for scalars.</param>
        /// <param name="retain_graph">Keeps the graph for a further pass; null does so exactly with <paramref name="create_graph"/>.</param>
        /// <param name="create_graph">Records the computation of the gradient, so that it can be differentiated again.</param>
        /// <param name="inputs">The leaves to accumulate in; all where null.</param>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            int retain = retain_graph is { } wanted ? (wanted ? 1 : 0) : -1;
            fixed (nint* from = Handles(tensors), vector = Handles(grad_tensors), leaves = Handles(inputs))
            {
                NativeError.ThrowIfNegative(NativeMethods.ts_backward(
                    from, tensors.Count, vector, grad_tensors?.Count ?? 0, retain, create_graph ? 1 : 0, leaves,
                    inputs?.Count ?? 0));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor>? tensors)
        {
            if (tensors is null)
                return [];
            var handles = new nint[tensors.Count];
            for (int i = 0; i < handles.Length; i++)
                handles[i] = tensors[i].Handle;
            return handles;
        }
    }
}
