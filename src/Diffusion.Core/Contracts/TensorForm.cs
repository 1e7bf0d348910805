using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Contracts;

/// <summary>Shape, type and device that a tensor must have.</summary>
internal readonly struct TensorForm
{
    private readonly long[] _shape;
    private readonly ScalarType _type;
    private readonly DeviceType _deviceType;
    private readonly int _deviceIndex;

    public TensorForm(long[] shape, ScalarType type, DeviceType deviceType, int deviceIndex) =>
        (_shape, _type, _deviceType, _deviceIndex) = (shape, type, deviceType, deviceIndex);

    /// <summary>That of a tensor.</summary>
    public static TensorForm Of(Tensor tensor) => new(tensor.shape, tensor.dtype, tensor.device_type, tensor.device_index);

    /// <summary>One number for each sample of a batch.</summary>
    public static TensorForm OfRows(Tensor batch) => new([batch.shape[0]], batch.dtype, batch.device_type, batch.device_index);

    /// <summary>What is wrong with a tensor, as an object of "returned": "shape (1, 2){where} where (50, 2) is expected". Null where nothing is.</summary>
    /// <param name="tensor">What came back.</param>
    /// <param name="where">At which point of the work, with a blank before it; computed only where something is wrong.</param>
    public string? Breach(Tensor? tensor, Func<string> where)
    {
        if (tensor is null)
            return $"null{where()} where a tensor is expected";
        if (tensor.IsInvalid)
            return $"a disposed tensor{where()}";
        if (!HasShape(tensor))
            return $"shape {Text(tensor.shape)}{where()} where {Text(_shape)} is expected";
        if (tensor.dtype != _type)
            return $"{Text(tensor.dtype)} numbers{where()} where {Text(_type)} is expected";
        if (!IsOnDevice(tensor))
            return $"a tensor on {Text(tensor.device_type, tensor.device_index)}{where()} where {Text(_deviceType, _deviceIndex)} is expected";
        return null;
    }

    public static string Text(IEnumerable<long> shape) => $"({string.Join(", ", shape)})";

    public static string Text(ScalarType type) => type.ToString().ToLowerInvariant();

    // Size by size: the whole shape would be a fresh array for every step of every run.
    private bool HasShape(Tensor tensor)
    {
        if (tensor.dim() != _shape.Length)
            return false;
        for (int i = 0; i < _shape.Length; i++)
        {
            if (tensor.size(i) != _shape[i])
                return false;
        }

        return true;
    }

    // Of processors there is one, whatever index its tensors carry.
    private bool IsOnDevice(Tensor tensor) => tensor.device_type == _deviceType && (_deviceType != DeviceType.CUDA || tensor.device_index == _deviceIndex);

    private static string Text(DeviceType type, int index) => type == DeviceType.CUDA ? $"cuda:{index}" : type.ToString().ToLowerInvariant();
}
