using Diffusion.ScoreModels.Preconditioning;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

public sealed class PreconditionerTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.7, 1, 2), new(0.9, 0.3, 0.7)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Names => ["edm", "noise", "data", "v", "score", "velocity", "vp", "ve", "iddpm"];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_networks_output_and_its_prediction_lead_to_each_other(string name)
    {
        Preconditioner preconditioner = Make(name);
        foreach (NoiseLevels levels in s_levels.Select(level => (NoiseLevels)level).Append(NoiseLevels.PerSample(s_levels)))
        {
            Tensor x = Draw(1);
            Tensor f = Draw(2);
            Prediction prediction = preconditioner.Read(f, x, levels);
            Assert.True(preconditioner.Target(prediction).allclose(f, 1e-12, 1e-12));
            Tensor expected = (x * levels.Coefficients(preconditioner.Skip, x)) + (f * levels.Coefficients(preconditioner.Scale, x));
            Assert.True(prediction.X0.allclose(expected, 1e-12, 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Output_and_input_are_those_of_the_exploding_path_at_the_same_ratio(string name)
    {
        Preconditioner preconditioner = Make(name);
        foreach (NoiseLevel level in s_levels)
        {
            var exploding = new NoiseLevel(0, 1, level.NoiseToSignal);
            Assert.Equal(preconditioner.Input(exploding), preconditioner.Input(level) * level.Alpha, 1e-14);
            Assert.Equal(preconditioner.Skip(exploding), preconditioner.Skip(level) * level.Alpha, 1e-14);
            Assert.Equal(preconditioner.Scale(exploding), preconditioner.Scale(level), 1e-13);
        }
    }

    [Theory]
    [InlineData("edm")]
    [InlineData("noise")]
    public void The_input_has_unit_variance_for_data_of_unit_scale(string name)
    {
        foreach (NoiseLevel level in s_levels)
            Assert.Equal(1, Make(name).Input(level) * Math.Sqrt((level.Alpha * level.Alpha * 0.49) + (level.Sigma * level.Sigma)), 1e-14);
    }

    [Fact]
    public void Edms_target_has_unit_variance_at_every_level()
    {
        // Karras et al. 2022, equation 141: var[(D − c_skip x)/c_out] = 1 for data of variance σ_d² independent of the noise.
        Preconditioner edm = Make("edm");
        foreach (NoiseLevel level in s_levels.Append(new(0, 1, 0)).Append(new(1, 0, 1)))
        {
            (double ofData, double ofNoise) = edm.Output(level);
            Assert.Equal(1, (ofData * ofData * 0.49) + (ofNoise * ofNoise), 1e-14);
        }
    }

    [Fact]
    public void The_variance_preserving_label_is_the_time_of_its_process_and_precise_for_small_noise()
    {
        Preconditioner vp = Make("vp");
        foreach (double t in new[] { 1e-9, 1e-5, 0.1, 0.5, 1 })
        {
            double integral = (0.5 * 19.9 * t * t) + (0.1 * t);
            Assert.Equal(999 * t, vp.Label(Math.Sqrt(PreciseMath.Expm1(integral))), 1e-12 * 999 * t);
        }
    }

    [Fact]
    public void The_discrete_label_counts_from_clean_to_noise()
    {
        var iddpm = new IddpmPreconditioner(steps: 10);
        Assert.Equal(-1, iddpm.Label(1e-9));
        Assert.Equal(9, iddpm.Label(1e9));

        // ᾱ at the middle of the cosine: u_5² = 1/ᾱ − 1 up to the factor that ends at ᾱ_M.
        double Squared(int j) => Math.Pow(Math.Sin(0.5 * Math.PI * j / 10 / 1.008), 2);
        Assert.Equal(4, iddpm.Label(Math.Sqrt((Squared(10) / Squared(5)) - 1)));
    }

    private static Preconditioner Make(string name) => name switch
    {
        "edm" => new EdmPreconditioner(0.7),
        "vp" => new VariancePreservingPreconditioner(),
        "ve" => new VarianceExplodingPreconditioner(),
        "iddpm" => new IddpmPreconditioner(),
        _ => new PlainPreconditioner(Enum.Parse<NetworkOutput>(name, ignoreCase: true), 0.7),
    };

    private static Tensor Draw(ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([4, 2], dtype: ScalarType.Float64, generator: generator);
    }
}
