using TorchSharp.Interop;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A learned vector for each of a fixed number of integers.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long _paddingIndex;
    private readonly bool _scaleByFrequency;
    private readonly bool _sparse;

    [ComponentName(Name = nameof(weight))]
    private Parameter _weight = null!;

    internal Embedding(
        long num_embeddings, long embedding_dims, long? padding_idx, bool scale_grad_by_freq, bool sparse,
        Device? device, ScalarType? dtype)
        : base(nameof(Embedding))
    {
        _paddingIndex = padding_idx is { } index ? (index < 0 ? index + num_embeddings : index) : -1;
        _scaleByFrequency = scale_grad_by_freq;
        _sparse = sparse;
        weight = new Parameter(empty([num_embeddings, embedding_dims], dtype, device));
        nn.init.normal_(weight);
        if (_paddingIndex < 0)
            return;
        using IDisposable quiet = no_grad();
        using Tensor row = weight.select(0, _paddingIndex);
        row.zero_();
    }

    /// <summary>(count, features).</summary>
    public Parameter weight
    {
        get => _weight;
        set
        {
            _weight = value;
            ConditionallyRegisterParameter(nameof(weight), value);
        }
    }

    /// <param name="input">Integers, of any shape.</param>
    /// <returns>That shape and one more dimension: the features.</returns>
    public override Tensor forward(Tensor input) =>
        Aten.embedding.Call(_weight, input, _paddingIndex, _scaleByFrequency, _sparse);
}
