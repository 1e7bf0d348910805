using Diffusion.Core.Errors;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a metric keeps the manners of its contract, on draws from N(0, I) in the plane and its exact model.</summary>
internal static class MetricManners
{
    private const int Samples = 40;
    private const int References = 30;
    private const int TrainingRows = 25;

    /// <summary>A certificate a manner; none where the metric objects to these data.</summary>
    public static Certificate[] Certify(CertificationSubject subject, Func<DataDescription, IMetric> build)
    {
        MannersTally tally = new();
        using DisposeScope scope = NewDisposeScope();
        Tensor samples = Draw(1, Samples), reference = Draw(2, References), training = Draw(3, TrainingRows);
        var description = new DataDescription { Name = "N(0, I)", Shape = [2], Mixture = new([GaussianComponent.Isotropic(1, [0, 0], 1)]) };
        IMetric metric = build(description);
        MetricSetting setting = new()
        {
            Samples = Samples,
            Reference = reference,
            TrainingRows = training,
            Data = description,
            DenoisingObjection = _ => null,
        };
        if (metric.Objection(setting) is not null)
            return [];

        MetricInput input = Input(description, samples.clone(), reference.clone(), training.clone());
        MetricValue?[] first = [.. metric.Measure(input) ?? []];
        tally.NoteLent("the samples", input.Samples, samples);
        tally.NoteLent("the reference", input.Reference, reference);
        tally.NoteLent("the training rows", input.TrainingRows!, training);
        bool areNamed = first.Length > 0
            && first.All(value => !string.IsNullOrWhiteSpace(value?.Name))
            && first.DistinctBy(value => value!.Name).Count() == first.Length;
        tally.Note("breaches: returns values, each with a name of its own", areNamed);
        tally.Note("breaches: returns finite values", first.All(value => value is not null && double.IsFinite(value.Value)));
        tally.Note("breaches: returns standard errors that are not negative", first.All(value => value is not null && !(value.StandardError < 0)));
        MetricValue?[] second = [.. metric.Measure(Input(description, samples.clone(), reference.clone(), training.clone())) ?? []];
        tally.Note(
            "breaches: returns the same values for the same input",
            first.Select(value => (value?.Name, value?.Value)).SequenceEqual(second.Select(value => (value?.Name, value?.Value))));
        (metric as IDisposable)?.Dispose();
        return tally.ToCertificates(subject);
    }

    private static MetricInput Input(DataDescription description, Tensor samples, Tensor reference, Tensor training)
    {
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        return new()
        {
            Samples = samples,
            Reference = reference,
            TrainingRows = training,
            Data = description,
            Randomness = new PhiloxNoiseSource(new NoiseKey(3, 0, NoiseDomain.Measurement), 0, 1),
            Denoising = new DenoisingError
            {
                Denoiser = new NormalDenoiser(),
                Schedule = schedule,
                Data = description,
                Noise = new NoiseKey(3, 0, NoiseDomain.NoisyData),
            },
            Flow = new ProbabilityFlow
            {
                Denoiser = new NormalDenoiser(),
                Schedule = schedule,
                Noisiest = schedule.At(schedule.Horizon),
                Cleanest = schedule.At(schedule.MinimumTime),
            },
        };
    }

    private static Tensor Draw(long seed, int count)
    {
        var source = new PhiloxNoiseSource(new NoiseKey(seed, 0), 0, 1);
        return source.Independent(0, empty(count, 2, dtype: ScalarType.Float64));
    }

    // D = α x/(α² + σ²) on N(0, I): differentiable, which likelihoods need.
    private sealed class NormalDenoiser : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) =>
            new(PredictionKind.Data, levels.Scale(level => level.Alpha / ((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma)), x), x, levels);
    }
}
