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
        var error = Assert.Throws<ComponentException>(() => Factory().Create<ISolver>(Choose(ComponentKind.Solver, "clocked")));
        Assert.Equal($"{Catalogue.Find(ComponentKind.Solver, "clocked")!.Identity} cannot be built: nothing is registered for its constructor's parameter "
            + "'clock' of type System.TimeProvider", error.Message);
        Assert.Throws<ComponentException>(() => Factory().Create<IScoreModel>(Choose(ComponentKind.ScoreModel, "exact")));
    }

    [Fact]
    public void A_catalogue_leaves_out_what_cannot_be_built_and_says_why()
    {
        ComponentCatalogue buildable = Catalogue.Buildable(type => type != typeof(TimeProvider));
        Assert.Null(buildable.Find(ComponentKind.Solver, "clocked"));
        Assert.NotNull(buildable.Find(ComponentKind.ScoreModel, "exact"));
        Assert.NotNull(buildable.Find(ComponentKind.Solver, "ddim"));
        Assert.Contains("its constructor's parameter 'clock' of type System.TimeProvider", Assert.Single(buildable.Problems).Message, StringComparison.Ordinal);
        Assert.Same(Catalogue, Catalogue.Buildable(_ => true));
    }

    [Component(ComponentKind.Solver, "unlicensed", "")]
    public sealed class Unlicensed : FakeComponents.Solver
    {
        private static readonly string Key = Environment.GetEnvironmentVariable("no such variable")
            ?? throw new NotSupportedException("no licence key\nat all");

        public string Held { get; } = Key;
    }

    [Fact]
    public void A_constructor_that_breaks_is_named_with_its_DLL()
    {
        var error = Assert.Throws<ComponentException>(() => Factory().Create<ISolver>(Choose(ComponentKind.Solver, "unlicensed")));
        Assert.Matches(@"^solver 'unlicensed' \(Diffusion\.Tests \S+, \S+Diffusion\.Tests\.dll\): its constructor threw: no licence key$", error.Message);
        Assert.Null(ComponentActivity.Innermost);
    }

    [Component(ComponentKind.Solver, "held", "")]
    public sealed class Held(List<string> said, Held.Note note) : FakeComponents.Solver, IDisposable
    {
        public Note Given => note;

        public void Dispose() => said.Add("component");

        public sealed class Note(List<string> said) : IAsyncDisposable
        {
            public ValueTask DisposeAsync()
            {
                said.Add("service");
                return ValueTask.CompletedTask;
            }
        }
    }

    [Fact]
    public void A_scope_has_services_of_its_own_and_disposes_them_after_the_components_that_hold_them()
    {
        List<string> said = [];
        ComponentFactory factory = Factory(services => services.AddSingleton(said).AddScoped<Held.Note>());
        ComponentChoice choice = Choose(ComponentKind.Solver, "held");
        using (ComponentScope first = factory.OpenScope(), second = factory.OpenScope())
        {
            Held one = Assert.IsType<Held>(first.Factory.Create<ISolver>(choice)), other = Assert.IsType<Held>(second.Factory.Create<ISolver>(choice));
            Assert.Same(one.Given, Assert.IsType<Held>(first.Factory.Create<ISolver>(choice)).Given);
            Assert.NotSame(one.Given, other.Given);
        }

        Assert.Equal(["component", "service", "component", "component", "service"], said);
    }

    [Component(ComponentKind.Solver, "clinging", "")]
    public sealed class Clinging : FakeComponents.Solver, IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("not yet");
    }

    [Fact]
    public void A_disposal_that_throws_is_named()
    {
        ComponentScope scope = Factory().OpenScope();
        scope.Factory.Create<ISolver>(Choose(ComponentKind.Solver, "clinging"));
        Assert.Matches("^solver 'clinging' .*: its disposal threw: not yet$", Assert.Throws<ComponentException>(scope.Dispose).Message);
    }

    [Fact]
    public void Components_are_registered_by_hand_as_by_their_attribute()
    {
        IServiceCollection services = new ServiceCollection()
            .AddSolver<Plain>("plain", "Registered by hand")
            .AddSolver<FakeComponents.Ddim, FakeComponents.DdimOptions>("by-hand")
            .AddSolver<Plain, FakeComponents.DdimOptions>("other-options")
            .AddMetric<Held2>("Not Kebab");
        ComponentCatalogue catalogue =
            ComponentCatalogue.FromRegistrations(services.Select(service => service.ImplementationInstance).OfType<ComponentRegistration>());
        Assert.Equal(["by-hand", "plain"], catalogue.Names(ComponentKind.Solver));
        Assert.Equal("Registered by hand", catalogue.Find(ComponentKind.Solver, "plain")!.Summary);
        Assert.Equal(["eta"], catalogue.Find(ComponentKind.Solver, "by-hand")!.Options!.Properties.Select(p => p.Name));
        Assert.Equal(2, catalogue.Problems.Count);
        Assert.Contains(
            "with the options Diffusion.Tests.Components.FakeComponents+DdimOptions, which its constructor does not take",
            catalogue.Problems[0].Message,
            StringComparison.Ordinal);
        Assert.Contains("kebab-case", catalogue.Problems[1].Message, StringComparison.Ordinal);
    }

    public sealed class Plain : FakeComponents.Solver
    {
    }

    public sealed class Held2 : IMetric
    {
        public IReadOnlyList<MetricValue> Measure(MetricInput input) => [];
    }

    [Fact]
    public void A_constructors_refusal_comes_through() =>
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
