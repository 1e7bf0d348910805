using System.ComponentModel.DataAnnotations;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Tests.Schedules;

public sealed class ScheduleOptionTests
{
    public static TheoryData<ComponentOptions, string> Refused => new()
    {
        { new VariancePreservingOptions { BetaMax = -1 }, "BetaMax" },
        { new VariancePreservingOptions { MinimumTime = 0 }, "MinimumTime" },
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
