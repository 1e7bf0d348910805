using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Cross-correlation of sequences (B, Cin, L) with a learned kernel, to (B, Cout, L').</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(
        long in_channels, long out_channels, long kernel_size, long stride, long padding, Padding? padding_type,
        long dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(
            nameof(Conv1d), in_channels, out_channels, [kernel_size], [stride], [padding], padding_type, [dilation],
            groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        if (padding_mode == PaddingModes.Zeros && padding_type is null)
            return nn.functional.conv1d(input, weight, bias, stride[0], padding[0], dilation[0], groups);
        PaddingModes mode = padding_mode == PaddingModes.Zeros ? PaddingModes.Constant : padding_mode;
        using Tensor padded = nn.functional.pad(input, Margins(), mode);
        return nn.functional.conv1d(padded, weight, bias, stride[0], 0, dilation[0], groups);
    }
}
