using System.ComponentModel.DataAnnotations;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Schedules;

public sealed class ScheduleOptionTests
{
    public static TheoryData<ComponentOptions, string> Refused => new()
    {
        { new VariancePreservingOptions { BetaMax = -1 }, "BetaMax" },
        { new VariancePreservingOptions { MinimumTime = 0 }, "minimumTime must be greater than 0" },
        { new TrigonometricOptions { MinimumTime = 0 }, "minimumTime must be greater than 0" },
        { new RectifiedFlowOptions { MinimumTime = 0 }, "minimumTime must be greater than 0" },
        { new RectifiedFlowOptions { Decay = 0 }, "Decay" },
        { new CosineOptions { Shift = 0 }, "Shift" },
        { new LinearLangevinOptions { Gamma = 0 }, "Gamma" },
        { new LinearLangevinOptions { MinimumTime = 6 }, "minimumTime must be smaller than horizon" },
        { new PowerOptions { Horizon = 1 }, "Horizon" },
        { new SigmoidOptions { Start = 3 }, "start must be smaller than end" },
        { new VariancePreservingOptions { Horizon = 0.1, MinimumTime = 0.1 }, "minimumTime must be smaller than horizon" },
        { new PowerOptions { Horizon = 0.1, MinimumTime = 0.2 }, "minimumTime must be smaller than horizon" },
        { new ExponentialOptions { MinimumTime = 6 }, "minimumTime must be smaller than horizon" },
        { new StochasticInterpolantOptions { Path = InterpolantPath.Convex, NoiseExponent = 2 }, "noiseExponent is for the power and trigonometric paths" },
        { new DiscreteBetaOptions { BetaEnd = 1 }, "BetaEnd" },
        { new DiscreteBetaOptions { TrainSteps = 1, ZeroTerminalSnr = true }, "zeroTerminalSnr needs at least two" },
        { new VarianceExplodingOptions { SigmaMin = 3, SigmaMax = 2 }, "sigmaMin must be smaller than sigmaMax" },
        { new EdmOptions { SigmaMin = 0 }, "SigmaMin" },
        { new EdmOptions { SigmaMin = 80 }, "sigmaMin must be smaller than sigmaMax" },
        { new OrnsteinUhlenbeckOptions { MinimumTime = 6 }, "minimumTime must be smaller than horizon" },
        { new BrownianOptions { MinimumTime = 2 }, "minimumTime must be smaller than horizon" },
        { new RectifiedFlowOptions { Horizon = 1.5 }, "Horizon" },
    };

    public static TheoryData<ComponentOptions> Defaults =>
    [
        new VariancePreservingOptions(), new SubVariancePreservingOptions(), new VarianceExplodingOptions(), new EdmOptions(),
        new OrnsteinUhlenbeckOptions(), new CosineOptions(), new RectifiedFlowOptions(), new TrigonometricOptions(), new BrownianOptions(),
        new LinearLangevinOptions(), new PowerOptions(), new SigmoidOptions(), new ExponentialOptions(), new StochasticInterpolantOptions(),
        new DiscreteBetaOptions(),
        new VariancePreservingOptions { SigmaMin = 0.01, MinimumTime = 0 }, new TabulatedOptions { Path = "levels.csv" },
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_process_that_cannot_be_is_refused(ComponentOptions options, string expected)
    {
        List<ValidationResult> problems = [];
        Assert.False(Validator.TryValidateObject(options, new(options), problems, validateAllProperties: true));
        Assert.Contains(problems, problem => problem.ErrorMessage!.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Defaults_are_accepted(ComponentOptions options) =>
        Assert.True(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));
}
