using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Tests.Planning;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>A setting that is in no key changes no bit of a result.</summary>
public sealed class UnkeyedSettingTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Names => [.. EverySettingTests.NotInKeys.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Results_are_the_same_to_the_last_bit(string setting)
    {
        RunOutcome before = await _bench.RunAsync();
        ExperimentPlan plan = _bench.Plan(setting == "confidence" ? "confidence=0.9" : $"{setting}=another");
        RunOutcome after = await _bench.RunAsync(plan, settings => settings with { Fresh = true });
        Assert.All(after.Work.Decisions, decision => Assert.Equal(CellAction.Run, decision.Action));
        Assert.Equal(SweepBench.Numbers(before), SweepBench.Numbers(after));
    }
}
