using Diffusion.Core.Contracts;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a data source keeps the manners of its contract.</summary>
internal static class DataManners
{
    /// <summary>A certificate a manner.</summary>
    /// <param name="subject">The source's name.</param>
    /// <param name="build">Builds it; twice, since the same options are to give the same rows.</param>
    public static Certificate[] Certify(CertificationSubject subject, Func<IDataSource> build)
    {
        MannersTally tally = new();
        using DisposeScope scope = NewDisposeScope();
        DataSet? set = build().Load();
        string? breach = DataContract.Breach(set);
        tally.Note("breaches: returns finite float64 rows of the shape that it states, on the CPU", breach is null);
        if (breach is null)
        {
            DataSet? again = build().Load();
            tally.Note("breaches: returns the same rows for the same options", DataContract.Breach(again) is null
                && again!.Train.equal(set!.Train).all().ToBoolean()
                && again.Reference.equal(set.Reference).all().ToBoolean());
            tally.Note("breaches: states a digest of its rows, the same for the same options", set!.Description.Digest.Length > 0
                && again?.Description.Digest == set.Description.Digest);
        }

        if (set is not null && build() is IDataGenerator)
            CertifyDraws(set, () => (IDataGenerator)build(), tally);
        return tally.ToCertificates(subject);
    }

    private static void CertifyDraws(DataSet set, Func<IDataGenerator> build, MannersTally tally)
    {
        const int Count = 50;
        Tensor first = build().Draw(Count, 0), again = build().Draw(Count, 0), other = build().Draw(Count, 1);
        IReadOnlyList<long> shape = set.Description.Shape;
        tally.Note("breaches: draws as many rows as are asked for, of the shape that it states", first.shape.SequenceEqual([Count, .. shape])
            && other.shape.SequenceEqual([Count, .. shape]));
        tally.Note("breaches: draws the same rows for the same stream", first.equal(again).all().ToBoolean());
        long compared = Math.Min(Count, Math.Min(set.Train.shape[0], set.Reference.shape[0]));
        tally.Note(
            "breaches: draws other rows for another stream, and none that it has loaded",
            !first.equal(other).any().ToBoolean()
                && !first[..(int)compared].equal(set.Train[..(int)compared]).any().ToBoolean()
                && !first[..(int)compared].equal(set.Reference[..(int)compared]).any().ToBoolean());
    }
}
