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
            tally.Note("breaches: returns the same rows for the same options", DataContract.Breach(again) is null && again!.Train.equal(set!.Train).all().ToBoolean() && again.Reference.equal(set.Reference).all().ToBoolean());
            tally.Note("breaches: states a digest of its rows, the same for the same options", set!.Description.Digest.Length > 0 && again?.Description.Digest == set.Description.Digest);
        }

        return tally.ToCertificates(subject);
    }
}
