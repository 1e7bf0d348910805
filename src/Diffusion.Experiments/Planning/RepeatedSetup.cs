using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>A setup that its repeats share but for their number: what is much work is done once for all of them.</summary>
/// <param name="head">The canonical JSON before the number.</param>
/// <param name="tail">The canonical JSON behind it.</param>
internal sealed class RepeatedSetup(string head, string tail)
{
    private readonly byte[] _head = Encoding.UTF8.GetBytes(head);
    private readonly byte[] _tail = Encoding.UTF8.GetBytes(tail);

    /// <summary>The canonical JSON of a repeat.</summary>
    public string CanonicalJson(RepeatNumber repeat) => string.Create(CultureInfo.InvariantCulture, $"{head}{repeat.Draw}{tail}");

    /// <summary>Its key.</summary>
    public StageKey Key(RepeatNumber repeat)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_head);
        hash.AppendData(Encoding.UTF8.GetBytes(repeat.Draw.ToString(CultureInfo.InvariantCulture)));
        hash.AppendData(_tail);
        return StageKey.FromDigest(hash.GetHashAndReset());
    }
}
