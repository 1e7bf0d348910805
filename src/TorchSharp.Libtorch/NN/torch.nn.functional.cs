using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The modules' computations as functions.</summary>
        public static class functional
        {
            /// <summary><c>input @ weights.T + bias</c>.</summary>
            /// <param name="input">(.., in).</param>
            /// <param name="weights">(out, in).</param>
            /// <param name="bias">(out).</param>
            /// <returns>(.., out).</returns>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Aten.linear.Call(input, weights, bias);

            /// <summary>Cross-correlation with <paramref name="weight"/>.</summary>
            /// <param name="input">(B, Cin, L).</param>
            /// <param name="weight">(Cout, Cin / groups, K).</param>
            /// <param name="bias">(Cout).</param>
            /// <param name="stride">Places between applications; 1 where null.</param>
            /// <param name="padding">Zeros put at each end; none where null.</param>
            /// <param name="dilation">Places between the kernel's elements; 1 where null.</param>
            /// <param name="groups">Independent groups of channels.</param>
            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null,
                long? dilation = null, long groups = 1) =>
                Aten.conv1d.Call(
                    input, weight, bias, new[] { stride ?? 1 }, new[] { padding ?? 0 }, new[] { dilation ?? 1 }, groups);

            /// <summary>Cross-correlation with <paramref name="weight"/>.</summary>
            /// <param name="input">(B, Cin, H, W).</param>
            /// <param name="weight">(Cout, Cin / groups, Kh, Kw).</param>
            /// <param name="bias">(Cout).</param>
            /// <param name="strides">Places between applications, per dimension; 1 where null.</param>
            /// <param name="padding">Zeros put at each end, per dimension; none where null.</param>
            /// <param name="dilation">Places between the kernel's elements, per dimension; 1 where null.</param>
            /// <param name="groups">Independent groups of channels.</param>
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, long groups = 1) =>
                Aten.conv2d.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            /// <inheritdoc cref="conv2d"/>
            public static Tensor conv2d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Aten.conv2d_padding.Call(
                    input, weight, bias, strides ?? [1, 1], padding == Padding.Same ? "same" : "valid",
                    dilation ?? [1, 1], groups);

            /// <summary>The gradient of <see cref="conv2d"/> as an operation of its own: (B, Cin, H, W) to a larger image.</summary>
            public static Tensor conv_transpose2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                Aten.conv_transpose2d_input.Call(
                    input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], output_padding ?? [0, 0], groups,
                    dilation ?? [1, 1]);

            /// <summary>Normalises over groups of channels (Wu and He 2018). <paramref name="input"/> is (B, C, ..).</summary>
            public static Tensor group_norm(
                Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Aten.group_norm.Call(input, num_groups, weight, bias, eps);

            /// <summary>Normalises over the trailing dimensions (Ba et al. 2016).</summary>
            public static Tensor layer_norm(
                Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Aten.layer_norm.Call(input, normalized_shape, weight, bias, eps);

            /// <summary>Divides by the p-norm along <paramref name="dim"/>, or by <paramref name="eps"/> where that is larger.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor norm = Aten.norm_ScalarOpt_dim.Call(input, p, new[] { dim }, true);
                return input.div(norm.clamp_min(eps)).MoveToOuterDisposeScope();
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();

            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) =>
                inplace ? x.gelu_(approximate) : x.gelu(approximate);

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? input.leaky_relu_(negative_slope) : input.leaky_relu(negative_slope);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                inplace ? x.elu_(alpha) : x.elu(alpha);

            public static Tensor mish(Tensor x, bool inplace = false)
            {
                if (!inplace)
                    return Aten.mish.Call(x);
                Aten.mish_.Run(x);
                return x;
            }

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!inplace)
                    return Aten.dropout.Call(input, p, training);
                Aten.dropout_.Run(input, p, training);
                return input;
            }

            /// <summary>One where the index is, zero elsewhere, in a new last dimension.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.one_hot.Call(x, num_classes);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.mse_loss.Call(input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.l1_loss.Call(input, target, (long)reduction);

            public static Tensor smooth_l1_loss(
                Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
                Aten.smooth_l1_loss.Call(input, target, (long)reduction, beta);

            public static Tensor huber_loss(
                Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) =>
                Aten.huber_loss.Call(input, target, (long)reduction, delta);

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Aten.cross_entropy_loss.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null) =>
                Aten.binary_cross_entropy_with_logits.Call(input, target, weight, pos_weights, (long)reduction);

            /// <summary>Pads the trailing dimensions: (left, right) of the last, then of the one before, and so on.</summary>
            public static Tensor pad(
                Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Aten.pad.Call(
                    input, pad, ModeName(mode), mode is PaddingModes.Constant or PaddingModes.Zeros ? value : Arg.None);

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(
                Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(
                Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            /// <inheritdoc cref="pad(Tensor, long[], PaddingModes, double)"/>
            public static Tensor pad(
                Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>The mean over windows. <paramref name="input"/> is (B, C, H, W).</summary>
            public static Tensor avg_pool2d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                Aten.avg_pool2d.Call(
                    input, kernel_size, stride ?? [], padding ?? [0, 0], ceil_mode, count_include_pad,
                    Arg.Optional(divisor_override));

            /// <inheritdoc cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>
            public static Tensor avg_pool2d(
                Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(
                    input, [kernel_size, kernel_size], stride is { } step ? [step, step] : null, [padding, padding],
                    ceil_mode, count_include_pad, divisor_override);

            /// <summary>The largest value of each window. <paramref name="input"/> is (B, C, H, W).</summary>
            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null,
                bool ceil_mode = false) =>
                Aten.max_pool2d.Call(input, kernel_size, strides ?? [], padding ?? [0, 0], dilation ?? [1, 1], ceil_mode);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Aten.adaptive_avg_pool2d.Call(input, output_size);

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) =>
                Aten.pixel_shuffle.Call(input, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) =>
                Aten.pixel_unshuffle.Call(input, downscale_factor);

            /// <summary>Resamples the dimensions after the first two to a size, or by a factor each.</summary>
            /// <param name="x">(B, C, L), (B, C, H, W) or (B, C, D, H, W).</param>
            /// <param name="size">The new size of each resampled dimension.</param>
            /// <param name="scale_factor">Or how many times larger each becomes.</param>
            /// <param name="mode">How values between the given ones are found.</param>
            /// <param name="align_corners">Whether the corner values keep their place; not with the nearest modes.</param>
            /// <param name="recompute_scale_factor">Uses the factor that the new, whole size amounts to.</param>
            /// <param name="antialias">Averages where the image shrinks; only bilinear and bicubic.</param>
            public static Tensor interpolate(
                Tensor x, long[]? size = null, double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null,
                bool recompute_scale_factor = false, bool antialias = false) =>
                Interpolation.Run(x, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias);

            /// <summary><c>softmax(query @ key.T / sqrt(E) + mask) @ value</c> (Vaswani et al. 2017).</summary>
            /// <param name="query">(.., L, E).</param>
            /// <param name="key">(.., S, E).</param>
            /// <param name="value">(.., S, V).</param>
            /// <param name="attn_mask">(.., L, S): true where attention is allowed, or values to add.</param>
            /// <param name="p">Dropout probability.</param>
            /// <param name="is_casual">Lets every place attend only to itself and those before it.</param>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (Aten.scaled_dot_product_attention.Exists)
                    return Aten.scaled_dot_product_attention.Call(query, key, value, attn_mask, p, is_casual);
                using DisposeScope scope = NewDisposeScope();
                long places = query.size(-2), others = key.size(-2);
                Tensor logits = query.mul(1 / Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1));
                if (is_casual)
                    attn_mask = ones(places, others, ScalarType.Bool, query.device).tril_();
                if (attn_mask is { dtype: ScalarType.Bool })
                    logits = logits.masked_fill(attn_mask.logical_not(), double.NegativeInfinity);
                else if (attn_mask is not null)
                    logits = logits.add(attn_mask);
                Tensor weights = logits.softmax(-1);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }

            private static string ModeName(PaddingModes mode) => mode switch
            {
                PaddingModes.Reflect => "reflect",
                PaddingModes.Replicate => "replicate",
                PaddingModes.Circular => "circular",
                _ => "constant",
            };
        }
    }
}
