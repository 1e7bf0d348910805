using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a loss keeps the manners of its contract: what it returns, and what it does to what it was given.</summary>
internal static class LossManners
{
    /// <summary>A certificate a manner, on a batch of four points on a line.</summary>
    public static Certificate[] Certify(CertificationSubject subject, ILoss loss)
    {
        MannersTally tally = new();
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        double[] times = [0.2, 0.4, 0.6, 0.8];
        Tensor data = tensor([0.3, -1.1, 1.4, 0.2], [4, 1], dtype: ScalarType.Float64),
            noise = tensor([-0.6, 0.9, 0.1, -1.7], [4, 1], dtype: ScalarType.Float64);
        Tensor lentData = data.clone(), lentNoise = noise.clone();
        Tensor? losses = loss.Evaluate(
            new SmoothScoreFamily(1, PredictionKind.Noise, seed: 1),
            new LossBatch
            {
                Data = lentData,
                Levels = NoiseLevels.PerSample([.. times.Select(schedule.At)]),
                Noise = lentNoise,
                Schedule = schedule,
                Randomness = new EnumeratedProbes(),
            });
        tally.NoteTensor("a loss for each sample", losses, data.select(1, 0), lentData, lentNoise);
        tally.Note("breaches: lets the gradient flow back to the model", losses is { IsInvalid: false, requires_grad: true });
        tally.NoteLent("the batch", lentData, data);
        tally.NoteLent("the noise", lentNoise, noise);
        return tally.ToCertificates(subject);
    }
}
