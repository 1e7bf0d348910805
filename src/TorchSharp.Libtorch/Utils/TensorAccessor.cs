using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A CPU tensor's elements in row-major order, read from and written to its own memory.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly unsafe T* _first;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal unsafe TensorAccessor(torch.Tensor tensor)
    {
        _first = (T*)tensor.CpuAddress();
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>One index counts elements in row-major order; as many as there are dimensions name a place in each.</summary>
    public unsafe T this[params long[] indices]
    {
        get => _first[Offset(indices)];
        set => _first[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>An array of the tensor's own rank; one dimension for a tensor without any.</summary>
    public Array ToNDArray()
    {
        if (_shape.Length < 2)
            return ToArray();
        var array = Array.CreateInstance(typeof(T), _shape);
        var index = new long[_shape.Length];
        foreach (T value in this)
        {
            array.SetValue(value, index);
            for (int d = index.Length - 1; d >= 0 && ++index[d] == _shape[d]; d--)
                index[d] = 0;
        }

        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies elements from <paramref name="tensorIndex"/> on, as many as there are and fit.</summary>
    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> target = array[arrayIndex..];
        int count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous)
        {
            new Span<T>(_first + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (int i = 0; i < count; i++)
                target[i] = _first[Offset(tensorIndex + i)];
        }

        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Writes elements from <paramref name="tensorIndex"/> on, as many as there are and fit.</summary>
    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> source = array[arrayIndex..];
        int count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (_contiguous)
        {
            source[..count].CopyTo(new Span<T>(_first + tensorIndex, count));
        }
        else
        {
            for (int i = 0; i < count; i++)
                _first[Offset(tensorIndex + i)] = source[i];
        }

        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensor stays with its owner: nothing to dispose.</summary>
    public void Dispose()
    {
    }

    private unsafe T Read(long index) => _first[Offset(index)];

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
            return Offset(indices[0]);
        if (indices.Length != _shape.Length)
            throw new ArgumentException($"The tensor has {_shape.Length} dimensions, not {indices.Length}.");
        long offset = 0;
        for (int d = 0; d < indices.Length; d++)
        {
            if ((ulong)indices[d] >= (ulong)_shape[d])
                throw new IndexOutOfRangeException($"{indices[d]} is out of range in dimension {d} of size {_shape[d]}.");
            offset += indices[d] * _strides[d];
        }

        return offset;
    }

    private long Offset(long index)
    {
        if ((ulong)index >= (ulong)Count)
            throw new IndexOutOfRangeException($"{index} is out of range for {Count} elements.");
        if (_contiguous)
            return index;
        long offset = 0;
        for (int d = _shape.Length - 1; d >= 0; d--)
        {
            (index, long place) = Math.DivRem(index, _shape[d]);
            offset += place * _strides[d];
        }

        return offset;
    }
}
