namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator linear = new("aten::linear");
    public static readonly Operator conv1d = new("aten::conv1d");
    public static readonly Operator conv2d = new("aten::conv2d");
    public static readonly Operator conv2d_padding = new("aten::conv2d", "padding");
    public static readonly Operator conv_transpose2d_input = new("aten::conv_transpose2d", "input");
    public static readonly Operator group_norm = new("aten::group_norm");
    public static readonly Operator layer_norm = new("aten::layer_norm");
    public static readonly Operator mish = new("aten::mish");
    public static readonly Operator mish_ = new("aten::mish_");
    public static readonly Operator dropout = new("aten::dropout");
    public static readonly Operator dropout_ = new("aten::dropout_");
    public static readonly Operator one_hot = new("aten::one_hot");
    public static readonly Operator mse_loss = new("aten::mse_loss");
    public static readonly Operator l1_loss = new("aten::l1_loss");
    public static readonly Operator smooth_l1_loss = new("aten::smooth_l1_loss");
    public static readonly Operator huber_loss = new("aten::huber_loss");
    public static readonly Operator cross_entropy_loss = new("aten::cross_entropy_loss");
    public static readonly Operator binary_cross_entropy_with_logits = new("aten::binary_cross_entropy_with_logits");
    public static readonly Operator pad = new("aten::pad");
    public static readonly Operator avg_pool2d = new("aten::avg_pool2d");
    public static readonly Operator max_pool2d = new("aten::max_pool2d");
    public static readonly Operator adaptive_avg_pool2d = new("aten::adaptive_avg_pool2d");
    public static readonly Operator pixel_shuffle = new("aten::pixel_shuffle");
    public static readonly Operator pixel_unshuffle = new("aten::pixel_unshuffle");
    public static readonly Operator embedding = new("aten::embedding");
    public static readonly Operator scaled_dot_product_attention = new("aten::scaled_dot_product_attention");
    public static readonly Operator upsample_nearest1d_vec = new("aten::upsample_nearest1d", "vec");
    public static readonly Operator upsample_nearest2d_vec = new("aten::upsample_nearest2d", "vec");
    public static readonly Operator upsample_nearest3d_vec = new("aten::upsample_nearest3d", "vec");
    public static readonly Operator _upsample_nearest_exact1d_vec = new("aten::_upsample_nearest_exact1d", "vec");
    public static readonly Operator _upsample_nearest_exact2d_vec = new("aten::_upsample_nearest_exact2d", "vec");
    public static readonly Operator _upsample_nearest_exact3d_vec = new("aten::_upsample_nearest_exact3d", "vec");
    public static readonly Operator upsample_linear1d_vec = new("aten::upsample_linear1d", "vec");
    public static readonly Operator upsample_bilinear2d_vec = new("aten::upsample_bilinear2d", "vec");
    public static readonly Operator _upsample_bilinear2d_aa_vec = new("aten::_upsample_bilinear2d_aa", "vec");
    public static readonly Operator upsample_bicubic2d_vec = new("aten::upsample_bicubic2d", "vec");
    public static readonly Operator _upsample_bicubic2d_aa_vec = new("aten::_upsample_bicubic2d_aa", "vec");
    public static readonly Operator upsample_trilinear3d_vec = new("aten::upsample_trilinear3d", "vec");
    public static readonly Operator _foreach_norm_Scalar = new("aten::_foreach_norm", "Scalar");
    public static readonly Operator _foreach_mul__Scalar = new("aten::_foreach_mul_", "Scalar");
}
