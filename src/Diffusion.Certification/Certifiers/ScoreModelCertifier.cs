using Diffusion.Certification.Manners;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what every score model promises: to see the level alone, and to treat samples apart.</summary>
public static class ScoreModelCertifier
{
    private static readonly double[] Scales = [0.05, 0.4, 1, 3, 20];

    private static readonly double[] PlanePoints = [0.3, -1.1, 1.4, 0.2, -0.6, 0.9, -1.7, -0.2, 0.05, 0.4];

    private static readonly long[] Plane = [2], Image = [1, 8, 8];

    /// <summary>All checks of one model, on a mixture in the plane, or on images of 8 × 8 pixels if the model refuses points.</summary>
    /// <param name="subject">The model's name.</param>
    /// <param name="build">Builds it for a data set; throws <see cref="ArgumentException"/> where the model is not for such data.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, Func<DataSet, IScoreModel> build)
    {
        using DisposeScope scope = NewDisposeScope();
        (IScoreModel model, long[] shape) = Build(build);
        if (model is ITrainableScoreModel trainable)
            trainable.Network.to(CPU, ScalarType.Float64);
        using IDisposable withoutGradient = no_grad();
        Certificate[] manners = ScoreModelManners.Certify(subject, model, Points(1, shape));
        // What breaks its contract is stopped by the engine: there is nothing else to measure.
        if (manners.Any(certificate => certificate.Verdict == Verdict.Fail))
            return manners;
        Certificate[] certificates =
        [
            .. manners,
            Certificate.OfError(subject, "one denoiser for every Gaussian path: D(x; alpha, sigma) = D(x/alpha; 1, sigma/alpha)", 1e-9, PathDependence(model, shape)),
            Certificate.OfError(subject, "one level for each sample against one level for all", 1e-9, LevelsDependence(model, shape)),
        ];
        (model as IDisposable)?.Dispose();
        return certificates;
    }

    private static (IScoreModel Model, long[] Shape) Build(Func<DataSet, IScoreModel> build)
    {
        try
        {
            Tensor rows = Points(1, Plane);
            return (build(new(new() { Name = "2-D mixture", Shape = Plane, Mixture = ExactProblems.Plane.Mixture }, rows, rows)), Plane);
        }
        catch (ArgumentException)
        {
            Tensor images = Points(1, Image);
            return (build(new(new() { Name = "images", Shape = Image }, images, images)), Image);
        }
    }

    private static double PathDependence(IScoreModel model, long[] shape) => Scales.Max(scale =>
    {
        using DisposeScope scope = NewDisposeScope();
        double alpha = 1 / Math.Sqrt(1 + (scale * scale));
        Tensor x = Points(scale, shape);
        Tensor exploding = model.Predict(x, new NoiseLevel(scale, 1, scale)).X0;
        Tensor preserving = model.Predict(x * alpha, new NoiseLevel(0.5, alpha, alpha * scale)).X0;
        return (exploding - preserving).abs().max().ToDouble();
    });

    private static double LevelsDependence(IScoreModel model, long[] shape)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseLevel[] levels = [.. Scales.Select(scale => new NoiseLevel(scale, 1, scale))];
        Tensor x = cat([.. levels.Select((level, i) => Points(level.Sigma, shape).narrow(0, i, 1))], 0);
        Tensor together = model.Predict(x, NoiseLevels.PerSample(levels)).X0;
        return levels.Select((level, i) => (model.Predict(x.narrow(0, i, 1), level).X0 - together.narrow(0, i, 1)).abs().max().ToDouble()).Max();
    }

    // As large as noisy data of that scale are.
    private static Tensor Points(double scale, long[] shape)
    {
        double reach = Math.Sqrt(1 + (scale * scale));
        int count = Scales.Length, dimension = (int)shape.Aggregate(1L, (product, size) => product * size);
        double[] values = dimension == 2 ? PlanePoints : [.. Enumerable.Range(0, count * dimension).Select(i => 1.5 * Math.Sin(1 + (0.7 * i * i)))];
        return tensor([.. values.Select(value => value * reach)], [count, .. shape], dtype: ScalarType.Float64);
    }
}
