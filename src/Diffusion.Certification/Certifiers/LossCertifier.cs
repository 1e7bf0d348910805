using Diffusion.Certification.Manners;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>
/// Measures that a loss teaches the score: its expectation, by quadrature on a mixture, is a constant times explicit score matching's plus a
/// constant that no model changes, and its gradient is that constant times the other's.
/// </summary>
public static class LossCertifier
{
    private const double Allowed = 1e-10;

    // Rademacher probes on a line have v² = 1: every loss with probes is then exact, whatever their number.
    private static readonly ExactMixture Mixture = ExactProblems.Line;

    private static readonly (string Name, NoiseSchedule Schedule, double Time)[] Settings =
    [
        ("variance-preserving", ExactProcesses.VariancePreserving, 0.35),
        ("variance-exploding", ExactProcesses.VarianceExploding, 0.8),
        ("straight", ExactProcesses.StraightPath, 0.4),
    ];

    /// <summary>All checks of one loss.</summary>
    /// <param name="subject">The loss's name.</param>
    /// <param name="build">Builds it for a data set.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, Func<DataSet, ILoss> build)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros([1, 1], dtype: ScalarType.Float64);
        var data = new DataSet(new() { Name = "1-D mixture", Shape = [1], Mixture = Mixture.Mixture }, rows, rows);
        ILoss loss = build(data);
        List<Certificate> certificates = [.. LossManners.Certify(subject, loss)];
        // What breaks its contract is stopped by the engine: there is nothing else to measure.
        if (certificates.Any(certificate => certificate.Verdict == Verdict.Fail))
            return certificates;
        foreach ((string name, NoiseSchedule schedule, double time) in Settings)
        {
            var quadrature = new ScoreMatchingQuadrature(Mixture, schedule, time);
            var models = Enumerable.Range(1, 3).Select(seed => new SmoothScoreFamily(1, PredictionKind.Noise, seed)).ToArray();
            double scale = 2 * Math.Pow(loss.Residual.Size(schedule.At(time), schedule) / ResidualForm.Score.Size(schedule.At(time), schedule), 2);

            double[] constants = [.. models.Select(model => quadrature.Expectation(loss, model, new EnumeratedProbes()) / scale)];
            double[] explicitLosses = [.. models.Select(quadrature.ExplicitScoreMatching)];
            // A loss is stated with or without the factor ½; both teach the same.
            double factor = Math.Abs((constants[0] - constants[1]) / (explicitLosses[0] - explicitLosses[1])) < 0.75 ? 0.5 : 1;
            double[] differences = [.. constants.Zip(explicitLosses, (own, reference) => (own / factor) - reference)];
            certificates.Add(Certificate.OfError(
                subject, $"spread over models of its difference from explicit score matching: {name}", Allowed,
                (differences.Max() - differences.Min()) / Math.Max(1, explicitLosses.Max())));

            IReadOnlyList<double> expected = quadrature.ExplicitScoreMatchingGradient(models[0], models[0].Parameters);
            IReadOnlyList<double> actual = quadrature.Gradient(loss, models[0], models[0].Parameters, new EnumeratedProbes());
            double largest = expected.Max(Math.Abs);
            certificates.Add(Certificate.OfError(
                subject, $"gradient against that of explicit score matching: {name}", Allowed,
                expected.Zip(actual, (e, a) => Math.Abs((a / (scale * factor)) - e)).Max() / largest));
        }

        return certificates;
    }
}
