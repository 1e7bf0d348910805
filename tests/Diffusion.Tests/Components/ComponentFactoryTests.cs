using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Diffusion.Tests.Components;

public sealed class ComponentFactoryTests
{
    private static readonly DataDescription Data = new() { Name = "d", Shape = [2] };

    private static readonly ComponentCatalogue Catalogue = new(
        [.. FakeComponents.Catalogue.All, .. ComponentCatalogue.FromTypes(typeof(ComponentFactoryTests).GetNestedTypes()).All], []);

    [Component(ComponentKind.Solver, "clocked", "")]
    public sealed class Clocked(FakeComponents.DdimOptions options, TimeProvider clock, string? label = null) : FakeComponents.Solver
    {
        public (FakeComponents.DdimOptions, TimeProvider, string?) Given { get; } = (options, clock, label);
    }

    [Component(ComponentKind.Solver, "broken", "")]
    public sealed class Broken : FakeComponents.Solver
    {
        public Broken() => throw new InvalidDataException("no coefficients");
    }

    private static ComponentFactory Factory(Action<IServiceCollection>? services = null)
    {
        ServiceCollection collection = new();
        collection.AddComponents(Catalogue);
        services?.Invoke(collection);
        return collection.BuildServiceProvider().GetRequiredService<ComponentFactory>();
    }

    private static ComponentChoice Choose(ComponentKind kind, string name, params (string Option, string? Value)[] options) =>
        Catalogue.Bind(kind, name, options.ToDictionary(o => o.Option, o => o.Value), "settings");

    [Fact]
    public void A_component_gets_its_options_services_and_what_is_offered()
    {
        ComponentFactory factory = Factory(s => s.AddSingleton(TimeProvider.System));
        Clocked solver = Assert.IsType<Clocked>(factory.Create<ISolver>(Choose(ComponentKind.Solver, "clocked", ("eta", "0.5")), Data));
        Assert.Equal((new FakeComponents.DdimOptions { Eta = 0.5 }, TimeProvider.System, null), solver.Given);
        Assert.Same(Data, Assert.IsType<FakeComponents.Exact>(factory.Create<IScoreModel>(Choose(ComponentKind.ScoreModel, "exact"), Data)).Data);
        Assert.IsType<FakeComponents.Euler>(factory.Create<ISolver>(Choose(ComponentKind.Solver, "euler")));
    }

    [Fact]
    public void What_a_component_asks_for_in_vain_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Factory().Create<ISolver>(Choose(ComponentKind.Solver, "clocked")));
        Assert.Equal("solver 'clocked' cannot be built: Diffusion.Tests.Components.ComponentFactoryTests+Clocked asks for System.TimeProvider, which the host does not have", error.Message);
        Assert.Throws<InvalidOperationException>(() => Factory().Create<IScoreModel>(Choose(ComponentKind.ScoreModel, "exact")));
    }

    [Fact]
    public void A_constructors_own_exception_comes_through() =>
        Assert.Equal("no coefficients", Assert.Throws<InvalidDataException>(() => Factory().Create<ISolver>(Choose(ComponentKind.Solver, "broken"))).Message);

    [Fact]
    public void Settings_are_bound_like_sets_and_null_leaves_the_default()
    {
        Assert.Equal(new FakeComponents.DdimOptions { Eta = 0 }, Choose(ComponentKind.Solver, "ddim", ("eta", null)).Options);
        string message = Assert.Throws<ManifestException>(() => Choose(ComponentKind.Solver, "ddim", ("eta", "2"), ("teta", "word"))).Message;
        Assert.Equal(
            """
            settings  $.teta  unknown key 'teta' in solver 'ddim'; did you mean 'eta'? (known: eta)
            settings  $.eta  must be between 0 and 1, found 2
            """,
            message,
            ignoreLineEndingDifferences: true);
        Assert.Equal(
            "settings  $  unknown tracker 'mlfow' (known: none)",
            Assert.Throws<ManifestException>(() => Choose(ComponentKind.Tracker, "mlfow")).Message);
    }
}
