using System.ComponentModel.DataAnnotations;
using Diffusion.Grids;
using Diffusion.Losses;
using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class SolverOptionTests
{
    public static TheoryData<ComponentOptions> Refused =>
    [
        new DdimOptions { Eta = 1.4 }, new DdimOptions { Eta = -0.1 }, new HeunOptions { Alpha = 0 }, new HeunOptions { Alpha = 1.2 },
        new EulerMaruyamaOptions { Eta = -0.2 }, new KarrasGridOptions { Rho = 0 }, new KarrasGridOptions { SigmaMin = 3, SigmaMax = 2 },
        new LogNormalTimeSamplerOptions { StandardDeviation = 0 },
    ];

    public static TheoryData<ComponentOptions> Accepted =>
    [
        new EulerOptions(), new HeunOptions(), new HeunOptions { Alpha = 0.4 }, new DdimOptions(), new DdimOptions { Eta = 0.2 },
        new SecondOrderMultistepOptions(), new EulerMaruyamaOptions(), new EulerMaruyamaOptions { Eta = 0.2 }, new UniformGridOptions(),
        new LogSnrGridOptions(), new KarrasGridOptions(), new LogNormalTimeSamplerOptions { StandardDeviation = 0.3 },
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_out_of_range_are_refused(ComponentOptions options) =>
        Assert.False(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Options_in_range_are_accepted(ComponentOptions options) =>
        Assert.True(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));
}
