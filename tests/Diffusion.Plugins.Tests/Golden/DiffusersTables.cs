using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>diffusers: its tables of noise rates and its spacings of them.</summary>
internal static class DiffusersTables
{
    private const int TableLength = 1000;

    private static readonly string[] SkippingSamplers =
        ["DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "DEISMultistepScheduler", "UniPCMultistepScheduler"];

    private static readonly string[] WholeSamplers = ["DDIMScheduler", "DDPMScheduler"];

    private static readonly string[] FractionalSamplers =
        ["EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "LMSDiscreteScheduler"];

    public static GoldenClaim Betas(GoldenCase golden)
    {
        BetaTable? table = golden.Text("beta_schedule") switch
        {
            "linear" => BetaTable.Linear,
            "scaled_linear" => BetaTable.ScaledLinear,
            "squaredcos_cap_v2" => BetaTable.Cosine,
            "sigmoid" => BetaTable.Sigmoid,
            _ => null,
        };
        if (table is not { } known)
            return GoldenClaim.None($"the table '{golden.Text("beta_schedule")}' is no component");

        var schedule = new DiscreteBetaSchedule(new()
        {
            Table = known,
            TrainSteps = (int)Number(golden, "num_train_timesteps", TableLength),
            BetaStart = Number(golden, "beta_start", 1e-4),
            BetaEnd = Number(golden, "beta_end", 0.02),
            ZeroTerminalSnr = golden.Has("rescale_betas_zero_snr") && golden.Json.GetProperty("rescale_betas_zero_snr").GetBoolean(),
        });
        return GoldenClaim.Reproduced(() =>
        {
            double[] index = golden.Numbers("index");
            double[] betas = golden.Numbers("betas");
            double[] products = golden.Numbers("alphas_cumprod");
            for (int i = 0; i < index.Length; i++)
            {
                // Within the step from k to k + 1 the noise rate is constant. Theirs of the cosine is a difference from 1, and of a
                // product that vanishes only rounding is left.
                double beta = -PreciseMath.Expm1(2 * schedule.Drift(index[i] + 0.5));
                Assert.Equal(betas[i], beta, (1e-12 * betas[i]) + 1e-15);
                double alpha = schedule.At(index[i] + 1).Alpha;
                Assert.Equal(products[i], alpha * alpha, (1e-12 * products[i]) + 1e-30);
            }
        });
    }

    public static GoldenClaim Timesteps(GoldenCase golden)
    {
        string sampler = golden.Text("sampler");
        DiscreteSpacing? spacing = golden.Text("timestep_spacing") switch
        {
            "leading" => DiscreteSpacing.Leading,
            "trailing" => DiscreteSpacing.Trailing,
            "linspace" => DiscreteSpacing.Linspace,
            _ => null,
        };
        if (spacing is not { } known || !(SkippingSamplers.Contains(sampler) || WholeSamplers.Contains(sampler) || FractionalSamplers.Contains(sampler)))
            return GoldenClaim.None($"the timesteps of {sampler} ({golden.Text("timestep_spacing")}) are no component's");

        int length = (int)Number(golden, "num_train_timesteps", TableLength);
        var grid = new DiscreteGrid(new()
        {
            Spacing = known,
            TrainSteps = length,
            Offset = (int)Number(golden, "steps_offset", 0),
            SkipFirstEntry = SkippingSamplers.Contains(sampler),
            Round = !FractionalSamplers.Contains(sampler),
        });
        return GoldenClaim.Reproduced(() =>
        {
            var schedule = new DiscreteBetaSchedule(new() { TrainSteps = length });
            IReadOnlyList<NoiseLevel> levels = grid.Levels(schedule, (int)golden.Number("N"));
            double[] expected = golden.Numbers("timesteps");
            Assert.Equal(expected.Length, levels.Count - 1);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i] + 1, levels[i].T, 1e-15 * length);
        });
    }

    private static double Number(GoldenCase golden, string name, double otherwise) => golden.Has(name) ? golden.Number(name) : otherwise;
}
