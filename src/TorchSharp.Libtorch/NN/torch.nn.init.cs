namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values, written in place and unseen by autograd.</summary>
        public static partial class init
        {
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            public static Tensor constant_(Tensor tensor, Scalar val) => Quietly(tensor, () => tensor.fill_(val));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Quietly(tensor, () => tensor.normal_(mean, std, generator));

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Quietly(tensor, () => tensor.uniform_(low, high, generator));

            /// <summary>Normal draws, those outside [<paramref name="a"/>, <paramref name="b"/>] drawn anew.</summary>
            public static Tensor trunc_normal_(
                Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                double low = NormalCdf((a - mean) / std), high = NormalCdf((b - mean) / std);
                return Quietly(tensor, () =>
                    tensor.uniform_(2 * low - 1, 2 * high - 1, generator).erfinv_()
                        .mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b));
            }

            /// <summary>Ones on the diagonal of a matrix.</summary>
            public static Tensor eye_(Tensor tensor) => Quietly(tensor, () =>
            {
                using Tensor identity = eye(tensor.size(0), tensor.size(1), tensor.dtype, tensor.device);
                tensor.copy_(identity);
            });

            /// <summary>Rows, or columns, that are orthonormal times <paramref name="gain"/> (Saxe et al. 2014).</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1) => Quietly(tensor, () =>
            {
                using DisposeScope scope = NewDisposeScope();
                long rows = tensor.size(0), columns = tensor.numel() / rows;
                Tensor flat = randn([rows, columns], tensor.dtype, tensor.device);
                if (rows < columns)
                    flat.transpose_(0, 1);
                (Tensor q, Tensor r) = linalg.qr(flat);
                q.mul_(r.diagonal().sign());
                if (rows < columns)
                    q.transpose_(0, 1);
                tensor.copy_(q.reshape(tensor.shape)).mul_(gain);
            });

            /// <summary>Uniform, keeping the variance through ReLU-like layers (He et al. 2015).</summary>
            /// <param name="tensor">Weights, (out, in, ..).</param>
            /// <param name="a">The slope of the leaky ReLU that follows.</param>
            /// <param name="mode">Which pass keeps its variance.</param>
            /// <param name="nonlinearity">What follows.</param>
            public static Tensor kaiming_uniform_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                double bound = Math.Sqrt(3) * KaimingStd(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>As <see cref="kaiming_uniform_"/>, normal.</summary>
            public static Tensor kaiming_normal_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingStd(tensor, a, mode, nonlinearity));

            /// <summary>Uniform, keeping the variance of both passes through linear layers (Glorot and Bengio 2010).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                double bound = Math.Sqrt(3) * XavierStd(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>As <see cref="xavier_uniform_"/>, normal.</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) =>
                normal_(tensor, 0, XavierStd(tensor, gain));

            /// <summary>The factor by which weights must grow to make up for what the activation takes away.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>How many inputs reach one output of these weights (out, in, ..), and how many outputs one input reaches.</summary>
            /// <exception cref="ArgumentException">Fewer than two dimensions.</exception>
            public static (long, long) CalculateFanInAndFanOut(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException("Fan in and fan out need a tensor of at least two dimensions.", nameof(tensor));
                long field = shape.Skip(2).TotalSize();
                return (shape[1] * field, shape[0] * field);
            }

            private static double KaimingStd(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static double XavierStd(Tensor tensor, double gain)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double NormalCdf(double x)
            {
                using Tensor erf = torch.erf(tensor(x / Math.Sqrt(2)));
                return (1 + erf.item<double>()) / 2;
            }

            private static Tensor Quietly(Tensor tensor, Action write)
            {
                using IDisposable quiet = no_grad();
                write();
                return tensor;
            }
        }
    }
}
