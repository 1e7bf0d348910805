using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a model keeps the manners of its contract: what it returns, and what it does to what it was given.</summary>
internal static class ScoreModelManners
{
    private static readonly double[] Points = [0.3, -1.1, 1.4, 0.2, -0.6, 0.9];

    /// <summary>A certificate a manner, on points in the plane, in double and in single precision.</summary>
    public static Certificate[] Certify(CertificationSubject subject, IScoreModel model)
    {
        MannersTally tally = new();
        using IDisposable withoutGradient = no_grad();
        // Double precision last, which is what everything else is measured in.
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
        {
            (model as ITrainableScoreModel)?.Network.to(CPU, type);
            NoiseLevel[] levels = [new(0.3, 1, 0.3), new(1, 1, 1), new(4, 1, 4)];
            foreach (NoiseLevels batch in (NoiseLevels[])[levels[1], NoiseLevels.PerSample(levels)])
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor points = tensor(Points, [Points.Length / 2, 2], dtype: type), lent = points.clone();
                Prediction? prediction = model.Predict(lent, batch);
                tally.NoteTensor("the prediction", prediction?.Value, points, lent);
                tally.NoteLent("the state", lent, points);
            }
        }

        return tally.ToCertificates(subject);
    }
}
