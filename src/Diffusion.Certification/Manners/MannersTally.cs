using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Counts how often a component breaks each of its contract's manners.</summary>
internal sealed class MannersTally
{
    private readonly Dictionary<string, int> _breaches = [];

    /// <summary>Notes a manner, and whether it was broken.</summary>
    public void Note(string manner, bool isKept) => _breaches[manner] = _breaches.GetValueOrDefault(manner) + (isKept ? 0 : 1);

    /// <summary>Notes what there is to say of a tensor that should be a fresh one of some form.</summary>
    /// <param name="what">What it is: "the state".</param>
    /// <param name="returned">What came back.</param>
    /// <param name="like">A tensor of the form that it should have.</param>
    /// <param name="notFresh">Tensors that it must not be, nor share memory with.</param>
    /// <returns>Whether it can be used.</returns>
    public bool NoteTensor(string what, Tensor? returned, Tensor like, params IReadOnlyList<Tensor> notFresh)
    {
        bool isThere = returned is { IsInvalid: false };
        bool hasShape = isThere && returned!.shape.AsSpan().SequenceEqual(like.shape);
        bool hasType = isThere && returned!.dtype == like.dtype;
        bool isOnDevice = isThere
            && returned!.device_type == like.device_type
            && (like.device_type != DeviceType.CUDA || returned.device_index == like.device_index);
        bool isFresh = isThere && !notFresh.Any(other => ReferenceEquals(other, returned) || SharesMemory(other, returned!));
        Note($"breaches: returns {what} in the right shape", hasShape);
        Note($"breaches: returns {what} in the right type", hasType);
        Note($"breaches: returns {what} on the right device", isOnDevice);
        Note($"breaches: returns {what} as a fresh tensor", isFresh);
        return hasShape && hasType && isOnDevice && isFresh;
    }

    /// <summary>Notes whether a tensor that was lent is still there and as it was.</summary>
    /// <param name="what">What it is: "the state".</param>
    /// <param name="lent">The tensor that was lent.</param>
    /// <param name="copy">A copy from before.</param>
    public void NoteLent(string what, Tensor lent, Tensor copy)
    {
        Note($"breaches: leaves {what} undisposed", !lent.IsInvalid);
        Note($"breaches: leaves {what} unchanged", lent.IsInvalid
            || (lent.shape.AsSpan().SequenceEqual(copy.shape) && lent.dtype == copy.dtype && lent.contiguous().bytes.SequenceEqual(copy.contiguous().bytes)));
    }

    /// <summary>A certificate a manner: no breach.</summary>
    public Certificate[] ToCertificates(CertificationSubject subject) =>
        [.. _breaches.Select(manner => Certificate.OfCount(subject, manner.Key, 0, manner.Value))];

    private static bool SharesMemory(Tensor a, Tensor b) =>
        !a.IsInvalid && a.device_type
            == DeviceType.CPU && b.device_type == DeviceType.CPU && a.numel() > 0 && b.numel() > 0 && a.is_contiguous() && b.is_contiguous()
        && Unsafe.AreSame(ref MemoryMarshal.GetReference(a.bytes), ref MemoryMarshal.GetReference(b.bytes));
}
