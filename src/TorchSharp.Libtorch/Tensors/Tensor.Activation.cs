using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor relu() => Aten.relu.Call(this);

        public Tensor relu_()
        {
            Aten.relu_.Run(this);
            return this;
        }

        public Tensor relu6() => Aten.relu6.Call(this);

        public Tensor relu6_()
        {
            Aten.relu6_.Run(this);
            return this;
        }

        public Tensor selu() => Aten.selu.Call(this);

        public Tensor selu_()
        {
            Aten.selu_.Run(this);
            return this;
        }

        public Tensor silu() => Aten.silu.Call(this);

        public Tensor silu_()
        {
            Aten.silu_.Run(this);
            return this;
        }

        public Tensor hardsigmoid() => Aten.hardsigmoid.Call(this);

        public Tensor hardsigmoid_()
        {
            Aten.hardsigmoid_.Run(this);
            return this;
        }

        public Tensor hardswish() => Aten.hardswish.Call(this);

        public Tensor hardswish_()
        {
            Aten.hardswish_.Run(this);
            return this;
        }

        public Tensor gelu() => Aten.gelu.Call(this);

        public Tensor log_sigmoid() => Aten.log_sigmoid.Call(this);

        public Tensor leaky_relu(Scalar negative_slope) => Aten.leaky_relu.Call(this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope)
        {
            Aten.leaky_relu_.Run(this, negative_slope);
            return this;
        }

        public Tensor elu(double alpha = 1) => Aten.elu.Call(this, alpha);

        public Tensor softplus(double beta = 1, double threshold = 20) => Aten.softplus.Call(this, beta, threshold);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Aten.softmax_int.Call(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.log_softmax_int.Call(this, dim, dtype);

        public Tensor glu(long dim = -1) => Aten.glu.Call(this, dim);

        public Tensor hardtanh(Scalar min, Scalar max) => Aten.hardtanh.Call(this, min, max);

        public Tensor threshold(Scalar threshold, Scalar value) => Aten.threshold.Call(this, threshold, value);

        public Tensor prelu(Tensor target) => Aten.prelu.Call(this, target);

        public Tensor gelu_() => gelu_(Modules.GELU.Approximate.none);

        public Tensor gelu(Modules.GELU.Approximate approximate) => Aten.gelu.Call(this, approximate.ToString());

        public Tensor gelu_(Modules.GELU.Approximate approximate)
        {
            Aten.gelu_.Run(this, approximate.ToString());
            return this;
        }

        public Tensor elu_(double alpha = 1)
        {
            Aten.elu_.Run(this, alpha);
            return this;
        }
    }
}
