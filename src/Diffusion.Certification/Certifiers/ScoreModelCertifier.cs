using Diffusion.Certification.Manners;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what every score model promises: to see the level alone, and to treat samples apart.</summary>
public static class ScoreModelCertifier
{
    private static readonly double[] Scales = [0.05, 0.4, 1, 3, 20];

    /// <summary>All checks of one model, on a mixture in the plane.</summary>
    /// <param name="subject">The model's name.</param>
    /// <param name="build">Builds it for a data set.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, Func<DataSet, IScoreModel> build)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = Points(1);
        IScoreModel model = build(new(new() { Name = "2-D mixture", Shape = [2], Mixture = ExactProblems.Plane.Mixture }, rows, rows));
        if (model is ITrainableScoreModel trainable)
            trainable.Network.to(CPU, ScalarType.Float64);
        using IDisposable withoutGradient = no_grad();
        Certificate[] manners = ScoreModelManners.Certify(subject, model);
        // What breaks its contract is stopped by the engine: there is nothing else to measure.
        if (manners.Any(certificate => certificate.Verdict == Verdict.Fail))
            return manners;
        Certificate[] certificates =
        [
            .. manners,
            Certificate.OfError(subject, "one denoiser for every Gaussian path: D(x; alpha, sigma) = D(x/alpha; 1, sigma/alpha)", 1e-9, PathDependence(model)),
            Certificate.OfError(subject, "one level for each sample against one level for all", 1e-9, LevelsDependence(model)),
        ];
        (model as IDisposable)?.Dispose();
        return certificates;
    }

    private static double PathDependence(IScoreModel model) => Scales.Max(scale =>
    {
        using DisposeScope scope = NewDisposeScope();
        double alpha = 1 / Math.Sqrt(1 + (scale * scale));
        Tensor x = Points(scale);
        Tensor exploding = model.Predict(x, new NoiseLevel(scale, 1, scale)).X0;
        Tensor preserving = model.Predict(x * alpha, new NoiseLevel(0.5, alpha, alpha * scale)).X0;
        return (exploding - preserving).abs().max().ToDouble();
    });

    private static double LevelsDependence(IScoreModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseLevel[] levels = [.. Scales.Select(scale => new NoiseLevel(scale, 1, scale))];
        Tensor x = cat([.. levels.Select((level, i) => Points(level.Sigma).narrow(0, i, 1))], 0);
        Tensor together = model.Predict(x, NoiseLevels.PerSample(levels)).X0;
        return levels.Select((level, i) => (model.Predict(x.narrow(0, i, 1), level).X0 - together.narrow(0, i, 1)).abs().max().ToDouble()).Max();
    }

    private static Tensor Points(double scale)
    {
        double reach = Math.Sqrt(1 + (scale * scale));
        double[] values = [0.3, -1.1, 1.4, 0.2, -0.6, 0.9, -1.7, -0.2, 0.05, 0.4];
        return tensor([.. values.Select(value => value * reach)], [values.Length / 2, 2], dtype: ScalarType.Float64);
    }
}
