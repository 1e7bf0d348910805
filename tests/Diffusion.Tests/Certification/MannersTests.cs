using Diffusion.Certification.Certifiers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Certification;

/// <summary>Certificates of manners, held against components that have none: a certificate that nothing can fail would certify nothing.</summary>
public sealed class MannersTests
{
    private static readonly CertificationSubject Subject = new("it", "test");

    public static TheoryData<Func<Tensor, Prediction, Tensor>, string> Steps => new()
    {
        { (x, p) => (p.X0 + 0).narrow(0, 0, 1) + 0, "breaches: returns the next state in the right shape" },
        { (x, p) => zeros(1, dtype: x.dtype), "breaches: returns the next state in the right shape" },
        { (x, p) => (p.X0 + 0).to(ScalarType.Float64), "breaches: returns the next state in the right type" },
        { (x, p) => empty(x.shape, dtype: x.dtype, device: new Device(DeviceType.META)), "breaches: returns the next state on the right device" },
        { (x, p) => x, "breaches: returns the next state as a fresh tensor" },
        { (x, p) => x.view(x.shape), "breaches: returns the next state as a fresh tensor" },
        { (x, p) => p.Value, "breaches: returns the next state as a fresh tensor" },
        { (x, p) => After((p.X0 + 0), x.Dispose), "breaches: leaves the state undisposed" },
        { (x, p) => After((p.X0 + 0), () => x.mul_(0.5)), "breaches: leaves the state unchanged" },
        { (x, p) => After((p.X0 + 0), p.Value.Dispose), "breaches: leaves the model's predictions undisposed" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_solver_without_a_manner_fails_its_certificate(Func<Tensor, Prediction, Tensor> end, string manner) =>
        AssertBroken(SolverCertifier.Certify(Subject, new Solver(end), thorough: false), manner);

    public static TheoryData<Func<Tensor, Tensor>, string> Answers => new()
    {
        { x => x.sum(dim: 1, keepdim: true), "breaches: returns the prediction in the right shape" },
        { x => (x * 0.5).to(ScalarType.Float64), "breaches: returns the prediction in the right type" },
        { x => x, "breaches: returns the prediction as a fresh tensor" },
        { x => After(x * 0.5, () => x.zero_()), "breaches: leaves the state unchanged" },
        { x => After(x * 0.5, x.Dispose), "breaches: leaves the state undisposed" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_model_without_a_manner_fails_its_certificate(Func<Tensor, Tensor> answer, string manner) =>
        AssertBroken(ScoreModelCertifier.Certify(Subject, _ => new Model(answer)), manner);

    public static TheoryData<Func<Tensor, LossBatch, Tensor>, string> Losses => new()
    {
        { (losses, _) => losses.mean(), "breaches: returns a loss for each sample in the right shape" },
        { (losses, _) => losses.unsqueeze(1), "breaches: returns a loss for each sample in the right shape" },
        { (losses, _) => losses.to(ScalarType.Float32), "breaches: returns a loss for each sample in the right type" },
        { (losses, _) => losses.detach(), "breaches: lets the gradient flow back to the model" },
        { (losses, batch) => After(losses, () => batch.Data.zero_()), "breaches: leaves the batch unchanged" },
        { (losses, batch) => After(losses, batch.Noise.Dispose), "breaches: leaves the noise undisposed" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_without_a_manner_fails_its_certificate(Func<Tensor, LossBatch, Tensor> end, string manner) =>
        AssertBroken(LossCertifier.Certify(Subject, _ => new Loss(end)), manner);

    public static TheoryData<Func<MetricInput, IReadOnlyList<MetricValue>>, string> Metrics => new()
    {
        { _ => [], "breaches: returns values, each with a name of its own" },
        { _ => [new("a", 1, null, 1), new("a", 2, null, 1)], "breaches: returns values, each with a name of its own" },
        { _ => [new("a", double.NaN, null, 1)], "breaches: returns finite values" },
        { _ => [new("a", 1, -1, 1)], "breaches: returns standard errors that are not negative" },
        { _ => [new("a", Random.Shared.NextDouble(), null, 1)], "breaches: returns the same values for the same input" },
        { input => After<IReadOnlyList<MetricValue>>([new("a", 1, null, 1)], () => input.Samples.zero_()), "breaches: leaves the samples unchanged" },
        { input => After<IReadOnlyList<MetricValue>>([new("a", 1, null, 1)], input.Reference.Dispose), "breaches: leaves the reference undisposed" },
        {
            input => After<IReadOnlyList<MetricValue>>([new("a", 1, null, 1)], () => input.TrainingRows!.zero_()),
            "breaches: leaves the training rows unchanged"
        },
    };

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_metric_without_a_manner_fails_its_certificate(Func<MetricInput, IReadOnlyList<MetricValue>> measure, string manner) =>
        AssertBroken(MetricCertifier.Certify(Subject, _ => new Metric(measure)), manner);

    public static TheoryData<Func<DataSet?>, string> Data => new()
    {
        { () => null, "breaches: returns finite float64 rows of the shape that it states, on the CPU" },
        { () => Set(zeros(3, 2, dtype: ScalarType.Float32)), "breaches: returns finite float64 rows of the shape that it states, on the CPU" },
        { () => Set(zeros(3, 3, dtype: ScalarType.Float64)), "breaches: returns finite float64 rows of the shape that it states, on the CPU" },
        { () => Set(full([3, 2], double.NaN, dtype: ScalarType.Float64)), "breaches: returns finite float64 rows of the shape that it states, on the CPU" },
        { () => Set(rand(3, 2, dtype: ScalarType.Float64)), "breaches: returns the same rows for the same options" },
        { () => Set(zeros(3, 2, dtype: ScalarType.Float64), digest: ""), "breaches: states a digest of its rows, the same for the same options" },
    };

    [Theory]
    [MemberData(nameof(Data))]
    public void A_data_source_without_a_manner_fails_its_certificate(Func<DataSet?> load, string manner) =>
        AssertBroken(DataCertifier.Certify(Subject, () => new Source(load)), manner);

    private static void AssertBroken(IEnumerable<Certificate> certificates, string manner)
    {
        Certificate[] all = [.. certificates];
        Certificate broken = Assert.Single(all, certificate => certificate.Check == manner);
        Assert.Equal(Verdict.Fail, broken.Verdict);
    }

    private static T After<T>(T returned, Action harm)
    {
        harm();
        return returned;
    }


    private static T After<T>(T returned, Func<Tensor> harm)
    {
        harm();
        return returned;
    }

    private static DataSet Set(Tensor rows, string digest = "0") => new(new() { Name = "it", Shape = [2], Digest = digest }, rows, rows);

    private sealed class Solver(Func<Tensor, Prediction, Tensor> end) : ISolver
    {
        public SolverTraits Traits { get; } = new() { Order = 1 };

        public Tensor Step(in SolverStep step, IDenoiser denoiser) => end(step.X, denoiser.Predict(step.X, step.From));
    }

    private sealed class Model(Func<Tensor, Tensor> answer) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, answer(x), x, levels);
    }

    private sealed class Loss(Func<Tensor, LossBatch, Tensor> end) : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public Tensor Evaluate(IScoreModel model, LossBatch batch) =>
            end((model.Predict(batch.NoisyData(), batch.Levels).Epsilon - batch.Noise).square().mean([1]), batch);
    }

    private sealed class Metric(Func<MetricInput, IReadOnlyList<MetricValue>> measure) : IMetric
    {
        public IReadOnlyList<MetricValue> Measure(MetricInput input) => measure(input);
    }

    private sealed class Source(Func<DataSet?> load) : IDataSource
    {
        public DataSet Load() => load()!;
    }
}
