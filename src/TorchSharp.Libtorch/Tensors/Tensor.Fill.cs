using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor fill_(Scalar value)
        {
            Aten.fill__Scalar.Run(this, value);
            return this;
        }

        public Tensor zero_()
        {
            Aten.zero_.Run(this);
            return this;
        }

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Aten.copy_.Run(this, source, nonBlocking);
            return this;
        }

        public Tensor set_(Tensor source)
        {
            Aten.set__source_Tensor.Run(this, source);
            return this;
        }

        public Tensor clone() => Aten.clone.Call(this);

        public Tensor detach() => Aten.detach.Call(this);

        public Tensor detach_()
        {
            Aten.detach_.Run(this);
            return this;
        }

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.zeros_like.Call(this, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.ones_like.Call(this, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.empty_like.Call(this, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.rand_like.Call(this, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.randn_like.Call(this, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.full_like.Call(this, value, dtype, Arg.None, device).WithGrad(requires_grad);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Aten.randint_like_low_dtype.Call(this, low, high, dtype, Arg.None, device).WithGrad(requires_grad);
    }
}
