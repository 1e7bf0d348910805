using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Host.Commands;
using Diffusion.Host.Settings;
using Diffusion.Launchers;
using Diffusion.Tests.Running;
using Diffusion.Trackers;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Which launcher and which tracker settings mean, and what these are given.</summary>
[Collection(nameof(SettingsReaderTests))]
public sealed class ChosenComponentsTests : IDisposable
{
    private const string Variable = "MLFLOW_TRACKING_URI";

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, null);

    private sealed class SecondDefault : ITracker
    {
        public string? HowToLook => null;

        public ITrackedRun Begin(TrackedRunDescription description) => throw new NotSupportedException();

        public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static string? Address(string results, TrackingSettings tracking) =>
        ChosenComponents.Tracker(SweepBench.Catalogue, new() { ResultsFolder = results, Tracking = tracking }).Address;

    [Fact]
    public void A_tracker_is_given_the_stated_address_and_the_folders()
    {
        (ComponentChoice choice, string? address) = ChosenComponents.Tracker(
            SweepBench.Catalogue, new() { ResultsFolder = "out", Tracking = new() { Uri = "http://server:5000" } });
        Assert.Equal(new MlflowTrackerOptions { Uri = "http://server:5000", Results = "out" }, choice.Options);
        Assert.Equal("http://server:5000", address);
    }

    [Fact]
    public void A_tracker_is_asked_to_compare_only_where_it_can()
    {
        (ComponentChoice choice, _) = ChosenComponents.Tracker(SweepBench.Catalogue, new() { ResultsFolder = "out" }, readOnly: true);
        Assert.True(Assert.IsType<MlflowTrackerOptions>(choice.Options).ReadOnly);
        Assert.Contains(
            "the tracker 'none' cannot compare its store without sending",
            Assert.Throws<InputException>(() => ChosenComponents.Tracker(SweepBench.Catalogue, new() { Tracking = new() { Use = "none" } }, readOnly: true))
                .Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tracker_is_asked_to_write_files_only_where_it_can()
    {
        (ComponentChoice choice, _) = ChosenComponents.Tracker(SweepBench.Catalogue, new() { ResultsFolder = "out" }, exportTo: "1");
        Assert.Equal("1", Assert.IsType<MlflowTrackerOptions>(choice.Options).ExportTo);
        Assert.Contains(
            "the tracker 'none' cannot write files in the place of its store: it has no option exportTo",
            Assert.Throws<InputException>(() => ChosenComponents.Tracker(SweepBench.Catalogue, new() { Tracking = new() { Use = "none" } }, exportTo: "1"))
                .Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/data/out", "sqlite:////data/out/mlflow.db")]
    [InlineData("out", "sqlite:///out/mlflow.db")]
    [InlineData("1", "sqlite:///1/mlflow.db")]
    public void The_tracking_store_lies_in_the_results_folder(string results, string address)
    {
        Assert.Equal(address, Address(results, new()));
        Assert.Equal(address, Address(results, new() { Uri = "" }));
    }

    [Fact]
    public void The_trackers_own_variable_names_the_store_where_nothing_else_does()
    {
        Environment.SetEnvironmentVariable(Variable, "http://me:open-sesame@server:5000");
        Assert.Equal("http://me:open-sesame@server:5000", Address("out", new()));
        Assert.Equal("it is ***", Secrets.Without("it is open-sesame"));
        Assert.Equal("http://other:5000", Address("out", new() { Uri = "http://other:5000" }));
    }

    [Fact]
    public void Without_tracking_there_is_no_store()
    {
        (ComponentChoice choice, string? address) = ChosenComponents.Tracker(SweepBench.Catalogue, new() { Tracking = new() { Uri = "none" } });
        Assert.Equal(("none", null), (choice.Name, address));
        Assert.Equal("none", ChosenComponents.Tracker(SweepBench.Catalogue, new() { Tracking = new() { Use = "none" } }).Choice.Name);
    }

    [Fact]
    public void A_tracker_can_be_named_where_several_or_none_would_be_the_default_one()
    {
        var both = ComponentCatalogue.FromRegistrations([
            new(typeof(NoTracker), new(ComponentKind.Tracker, "first", "") { IsDefault = true }),
            new(typeof(SecondDefault), new(ComponentKind.Tracker, "second", "") { IsDefault = true }),
        ]);
        Assert.Contains(
            "both want to be the default one", Assert.Throws<InputException>(() => ChosenComponents.Tracker(both, new())).Message, StringComparison.Ordinal);
        Assert.Equal("second", ChosenComponents.Tracker(both, new() { Tracking = new() { Use = "second" } }).Choice.Name);
        var neither = ComponentCatalogue.FromTypes([typeof(NoTracker)]);
        Assert.Contains(
            "Tracking:Use names a tracker", Assert.Throws<InputException>(() => ChosenComponents.Tracker(neither, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_for_a_tracker_that_takes_none_is_refused() =>
        Assert.Contains("unknown key 'uri'", Assert.Throws<ManifestException>(() =>
            ChosenComponents.Tracker(SweepBench.Catalogue, new() { Tracking = new() { Use = "none", Uri = "http://x" } })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_launcher_is_given_its_options_and_the_number_of_workers()
    {
        HostSettings settings = new() { Workers = 3, Launcher = new() { Options = new Dictionary<string, string?> { ["RETRIES"] = "5" } } };
        var options = Assert.IsType<LocalLauncherOptions>(ChosenComponents.Launcher(SweepBench.Catalogue, settings).Options);
        Assert.Equal((3, 5), (options.Workers, options.Retries));
    }
}
