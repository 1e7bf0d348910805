using Diffusion.Core.Likelihood;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures the log-densities and encodings of the probability flow of an exact model against closed forms.</summary>
public static class LikelihoodCertifier
{
    private const double Tolerance = 1e-10;
    private static readonly double[] Points = [1.1, 0.4, -0.9, 1.2, 0.2, -1.4, 0.3, 0.3, 2.0, 1.1];

    /// <summary>All checks, under every exact process.</summary>
    /// <param name="build">Builds the exact, differentiable model of a data set's mixture.</param>
    public static IEnumerable<Certificate> Certify(Func<DataSet, IScoreModel> build)
    {
        CertificationSubject subject = new("likelihood", EngineCertifier.Kind);
        GaussianMixture mixture = ExactProblems.Plane.Mixture;
        foreach ((string process, NoiseSchedule schedule) in ExactProcesses.All)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor data = tensor(Points, [Points.Length / 2, 2]);
            var flow = new ProbabilityFlow
            {
                Denoiser = build(new(new() { Name = "2-D mixture", Shape = [2], Mixture = mixture }, data, data)),
                Schedule = schedule,
                Cleanest = schedule.At(schedule.MinimumTime),
                Noisiest = schedule.At(schedule.Horizon),
            };
            FlowLikelihood found = flow.LogLikelihood(data, new LikelihoodSettings
            {
                Tolerance = Tolerance,
                TerminalLogDensity = (latents, level) => tensor(mixture.At(level).LogDensity(latents.data<double>().ToArray())),
            });
            double[] exact = mixture.At(flow.Cleanest).LogDensity(Points);
            yield return Certificate.OfError(subject, $"log-density with exact trace, nats: {process}", 1e-8, Worst(exact, found.LogDensity));
            yield return Certificate.OfError(
                subject, $"data encoded and decoded: {process}", 1e-7, Worst(Points, flow.Decode(flow.Encode(data, Tolerance), Tolerance)));
        }
    }

    private static double Worst(double[] expected, Tensor actual) => expected.Zip(actual.data<double>().ToArray(), (e, a) => Math.Abs(e - a)).Max();
}
