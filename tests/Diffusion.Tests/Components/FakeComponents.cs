using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

using static TorchSharp.torch;

namespace Diffusion.Tests.Components;

/// <summary>Components of every kind for tests of everything that handles components without using them.</summary>
public static class FakeComponents
{
    /// <summary>All of them, under an assembly and version that never change, so that keys may be written down.</summary>
    public static ComponentCatalogue Catalogue { get; } = new(
        ComponentCatalogue.FromTypes(typeof(FakeComponents).GetNestedTypes()).All.Select(c => c with { AssemblyName = "Fakes", Version = "1.0.0" }),
        []);

    public enum Activation
    {
        Silu,
        LeakyRelu,
    }

    public sealed record CsvOptions : ComponentOptions
    {
        [FilePath("CSV file", Obtain = "It is made by hand")]
        [Description("The rows.")]
        public required string Path { get; init; }

        public IReadOnlyList<string> Columns { get; init; } = [];

        public bool Standardize { get; init; } = true;
    }

    [Component(ComponentKind.Data, "csv", "Rows of a file", Reference = "RFC 4180")]
    public sealed class Csv(CsvOptions options) : IDataSource
    {
        public CsvOptions Options { get; } = options;

        public DataSet Load() => throw new NotSupportedException();
    }

    public sealed record PointsOptions : ComponentOptions
    {
        [Range(-100, 100)]
        public double[][] Rows { get; init; } = [[0, 0], [1, 2]];
    }

    [Component(ComponentKind.Data, "points", "A few points")]
    public sealed class Points(PointsOptions options) : IDataSource
    {
        public PointsOptions Options { get; } = options;

        public DataSet Load() => throw new NotSupportedException();
    }

    public sealed record ExplodingOptions : ComponentOptions, IValidatableObject
    {
        [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
        public double SigmaMin { get; init; } = 0.01;

        [Range(0, 1e6, MinimumIsExclusive = true)]
        public double SigmaMax { get; init; } = 80;

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (SigmaMin >= SigmaMax)
                yield return new("sigmaMin must be below sigmaMax", [nameof(SigmaMin), nameof(SigmaMax)]);
        }
    }

    [Component(ComponentKind.Schedule, "exploding", "Noise grows")]
    public sealed class Exploding(ExplodingOptions options) : NoiseSchedule
    {
        public override double Horizon => options.SigmaMax;

        public override double MinimumTime => options.SigmaMin;

        public override NoiseLevel At(double t) => new(t, 1, t);

        public override double Drift(double t) => 0;

        public override double DiffusionSquared(double t) => 2 * t;

        public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);
    }

    [Component(ComponentKind.Grid, "uniform", "Even in time")]
    public sealed class UniformGrid : ITimeGrid
    {
        public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps) =>
            [.. Enumerable.Range(0, steps + 1).Select(i => schedule.At(schedule.Horizon * (steps - i) / steps))];
    }

    [Component(ComponentKind.ScoreModel, "exact", "The score itself")]
    public sealed class Exact(DataDescription data) : IScoreModel
    {
        public DataDescription Data { get; } = data;

        public Prediction Predict(Tensor x, NoiseLevels levels) => throw new NotSupportedException();
    }

    public sealed record MlpOptions : ComponentOptions
    {
        [Range(1, 4096)]
        [MinLength(1)]
        public int[] Hidden { get; init; } = [128, 128];

        public Activation Activation { get; init; }

        public float? Dropout { get; init; }
    }

    [Component(ComponentKind.ScoreModel, "mlp", "A network")]
    public sealed class Mlp(MlpOptions options) : ITrainableScoreModel
    {
        public MlpOptions Options { get; } = options;

        public nn.Module Network => throw new NotSupportedException();

        public Prediction Predict(Tensor x, NoiseLevels levels) => throw new NotSupportedException();
    }

    [Component(ComponentKind.Loss, "noise-prediction", "Mean squared error of the noise")]
    public sealed class NoisePrediction : ILoss
    {
        public ResidualForm Residual => ResidualForm.Noise;

        public Tensor Evaluate(IScoreModel model, LossBatch batch) => throw new NotSupportedException();
    }

    public sealed record CutOffOptions : ComponentOptions
    {
        [Range(0, 100)]
        public double Gamma { get; init; } = 5;
    }

    [Component(ComponentKind.Weighting, "cut-off", "No level counts more than gamma")]
    public sealed class CutOff(CutOffOptions options) : ILossWeighting
    {
        public ResidualForm? Form => ResidualForm.Data;

        public double Weight(NoiseLevel level, NoiseSchedule schedule) => options.Gamma;
    }

    [Component(ComponentKind.TimeSampler, "uniform", "Even in time")]
    public sealed class UniformTimes : ITimeSampler
    {
        public double Time(double u, NoiseSchedule schedule) => u * schedule.Horizon;
    }

    public sealed record DdimOptions : ComponentOptions
    {
        [Range(0, 1)]
        [Description("0 is deterministic, 1 is DDPM.")]
        public double Eta { get; init; }
    }

    [Component(ComponentKind.Solver, "ddim", "Implicit steps", Reference = "Song et al. 2021")]
    public sealed class Ddim(DdimOptions options) : Solver
    {
        public DdimOptions Options { get; } = options;
    }

    [Component(ComponentKind.Solver, "euler", "Straight steps")]
    public sealed class Euler : Solver;

    public sealed record AncestralOptions : ComponentOptions
    {
        [Range(0, 2)]
        public double Eta { get; init; } = 1;
    }

    [Component(ComponentKind.Solver, "ancestral", "Steps with fresh noise")]
    public sealed class Ancestral(AncestralOptions options) : Solver
    {
        public AncestralOptions Options { get; } = options;

        public override SolverTraits Traits { get; } = new() { Order = 1, EvaluationsPerStep = 2 };
    }

    public abstract class Solver : ISolver
    {
        public virtual SolverTraits Traits { get; } = new() { Order = 1 };

        public Tensor Step(in SolverStep step, IDenoiser denoiser) => throw new NotSupportedException();
    }

    public sealed record SlicedOptions : ComponentOptions
    {
        [Range(1, int.MaxValue)]
        public int Projections { get; init; } = 128;
    }

    [Component(ComponentKind.Metric, "sliced", "Sliced distance")]
    public sealed class Sliced(SlicedOptions options) : IMetric
    {
        public SlicedOptions Options { get; } = options;

        public IReadOnlyList<MetricValue> Measure(MetricInput input) => throw new NotSupportedException();
    }

    [Component(ComponentKind.Metric, "mmd", "Kernel distance")]
    public sealed class Mmd : IMetric
    {
        public IReadOnlyList<MetricValue> Measure(MetricInput input) => throw new NotSupportedException();
    }
}
