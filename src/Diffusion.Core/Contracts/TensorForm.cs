using System.Diagnostics.CodeAnalysis;
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
    public static TensorForm Like(Tensor tensor) => new(tensor.shape, tensor.dtype, tensor.device_type, tensor.device_index);

    /// <summary>One number for each sample of a batch.</summary>
    public static TensorForm OfRows(Tensor batch) => new([batch.shape[0]], batch.dtype, batch.device_type, batch.device_index);

    /// <summary>Whether a tensor has the form; false for one that is disposed.</summary>
    public bool Fits([NotNullWhen(true)] Tensor? tensor) => tensor is { IsInvalid: false } && HasShape(tensor) && tensor.dtype == _type && IsOnDevice(tensor);

    /// <summary>Whether two tensors have one form, without holding it: this happens at every evaluation.</summary>
    public static bool AreAlike(Tensor tensor, Tensor other)
    {
        long dimensions = tensor.dim();
        if (other.dim() != dimensions)
            return false;
        for (int i = 0; i < dimensions; i++)
        {
            if (tensor.size(i) != other.size(i))
                return false;
        }

        return AreAlikeBeyondShape(tensor, other);
    }

    /// <summary>Whether a tensor has the form <see cref="OfRows"/> of a batch.</summary>
    public static bool IsOfRows(Tensor batch, [NotNullWhen(true)] Tensor? tensor) =>
        tensor is { IsInvalid: false } && tensor.dim() == 1 && tensor.size(0) == batch.size(0) && AreAlikeBeyondShape(batch, tensor);

    /// <summary>What is wrong with a tensor, as an object of "returned": "shape (1, 2){where} where (50, 2) is expected". Null where nothing is.</summary>
    /// <param name="tensor">What came back.</param>
    /// <param name="where">At which point of the work, with a blank before it.</param>
    public string? Breach(Tensor? tensor, string where)
    {
        if (tensor is null)
            return $"null{where} where a tensor is expected";
        if (tensor.IsInvalid)
            return $"a disposed tensor{where}";
        if (!HasShape(tensor))
            return $"shape {Text(tensor.shape)}{where} where {Text(_shape)} is expected";
        if (tensor.dtype != _type)
            return $"{Text(tensor.dtype)} numbers{where} where {Text(_type)} is expected";
        if (!IsOnDevice(tensor))
            return $"a tensor on {Text(tensor.device_type, tensor.device_index)}{where} where {Text(_deviceType, _deviceIndex)} is expected";
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

    private static bool AreAlikeBeyondShape(Tensor tensor, Tensor other)
    {
        DeviceType device = tensor.device_type;
        return tensor.dtype == other.dtype && other.device_type == device && (device != DeviceType.CUDA || tensor.device_index == other.device_index);
    }

    // Of processors there is one, whatever index its tensors carry.
    private bool IsOnDevice(Tensor tensor) => tensor.device_type == _deviceType && (_deviceType != DeviceType.CUDA || tensor.device_index == _deviceIndex);

    private static string Text(DeviceType type, int index) => type == DeviceType.CUDA ? $"cuda:{index}" : type.ToString().ToLowerInvariant();
}
