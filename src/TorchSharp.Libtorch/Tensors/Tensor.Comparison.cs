using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Aten.eq_Tensor.Call(this, target);

        public Tensor eq(Scalar target) => Aten.eq_Tensor.Call(this, Arg.Number(target));

        public Tensor ne(Tensor target) => Aten.ne_Tensor.Call(this, target);

        public Tensor ne(Scalar target) => Aten.ne_Tensor.Call(this, Arg.Number(target));

        public Tensor lt(Tensor target) => Aten.lt_Tensor.Call(this, target);

        public Tensor lt(Scalar target) => Aten.lt_Tensor.Call(this, Arg.Number(target));

        public Tensor le(Tensor target) => Aten.le_Tensor.Call(this, target);

        public Tensor le(Scalar target) => Aten.le_Tensor.Call(this, Arg.Number(target));

        public Tensor gt(Tensor target) => Aten.gt_Tensor.Call(this, target);

        public Tensor gt(Scalar target) => Aten.gt_Tensor.Call(this, Arg.Number(target));

        public Tensor ge(Tensor target) => Aten.ge_Tensor.Call(this, target);

        public Tensor ge(Scalar target) => Aten.ge_Tensor.Call(this, Arg.Number(target));

        public Tensor equal(Tensor target) => eq(target);

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor greater(Tensor target) => gt(target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor less(Tensor target) => lt(target);

        public Tensor less_equal(Tensor target) => le(target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1E-08, bool equal_nan = false) =>
            Aten.allclose.CallBool(this, target, rtol, atol, equal_nan);

        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1E-08, bool nanEqual = false) =>
            Aten.isclose.Call(this, other, rtol, atol, nanEqual);

        public Tensor where(Tensor condition, Tensor y) => Aten.where_self.Call(condition, this, y);

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Aten.isin_Tensor_Tensor.Call(this, test_elements, assumeUnique, invert);
    }
}
