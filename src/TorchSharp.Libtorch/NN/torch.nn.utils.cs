using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class utils
        {
            /// <summary>Scales all gradients together so that their joint norm is at most <paramref name="max_norm"/>.</summary>
            /// <param name="tensors">Parameters; those without a gradient do not count.</param>
            /// <param name="max_norm">The largest norm allowed.</param>
            /// <param name="norm_type">p of the p-norm.</param>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable quiet = no_grad();
                Tensor[] grads = Gradients(tensors);
                if (grads.Length == 0)
                    return 0;
                Tensor[] norms = Aten._foreach_norm_Scalar.CallList(grads, norm_type);
                double norm = Aten.norm_Scalar.Call(stack(norms), norm_type).ToDouble();
                double factor = max_norm / (norm + 1e-6);
                if (factor < 1)
                    Aten._foreach_mul__Scalar.Run(grads, factor);
                return norm;
            }

            /// <summary>Cuts every element of every gradient to at most <paramref name="clip_value"/> in size.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable quiet = no_grad();
                foreach (Tensor grad in Gradients(tensors))
                    grad.clamp_(-clip_value, clip_value);
            }

            /// <summary>All elements of all tensors, one after the other.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.view(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            /// <summary>Writes the elements of <paramref name="vec"/> into the tensors, one after the other.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable quiet = no_grad();
                long start = 0;
                foreach (Parameter tensor in tensors)
                {
                    long count = tensor.numel();
                    tensor.copy_(vec.narrow(0, start, count).view_as(tensor));
                    start += count;
                }
            }

            private static Tensor[] Gradients(IEnumerable<Parameter> tensors) =>
                [.. tensors.Select(tensor => tensor.grad).OfType<Tensor>()];
        }
    }
}
