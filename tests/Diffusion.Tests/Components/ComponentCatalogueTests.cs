using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;
using Xunit;

namespace Diffusion.Tests.Components;

/// <summary>What is a component, and what is said about a class that wants to be one and is not.</summary>
public sealed class ComponentCatalogueTests
{
    private static string Problem(params Type[] types)
    {
        ComponentCatalogue catalogue = ComponentCatalogue.FromTypes([typeof(FakeComponents.Mmd), .. types]);
        Assert.NotNull(catalogue.Find(ComponentKind.Metric, "mmd"));
        ComponentProblem problem = Assert.Single(catalogue.Problems);
        Assert.Equal(typeof(ComponentCatalogueTests).Assembly.Location, problem.Source);
        return problem.Message.Replace("Diffusion.Tests.Components.", "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_is_described_by_its_attribute_and_its_class()
    {
        ComponentDescriptor ddim = FakeComponents.Catalogue.Find(ComponentKind.Solver, "ddim")!;
        Assert.Equal(("Implicit steps", "Song et al. 2021", typeof(FakeComponents.Ddim)), (ddim.Summary, ddim.Reference, ddim.ImplementationType));
        Assert.Equal("solver 'ddim'", ddim.Title);
        Assert.False(ddim.IsTrainable);
        Assert.True(FakeComponents.Catalogue.Find(ComponentKind.ScoreModel, "mlp")!.IsTrainable);
        Assert.Null(FakeComponents.Catalogue.Find(ComponentKind.Solver, "euler")!.Options);
        Assert.Null(FakeComponents.Catalogue.Find(ComponentKind.Metric, "ddim"));
        Assert.Equal(["ancestral", "ddim", "euler"], FakeComponents.Catalogue.Names(ComponentKind.Solver));
        Assert.Empty(FakeComponents.Catalogue.Problems);
    }

    [Fact]
    public void The_version_is_the_informational_one_without_build_metadata()
    {
        ComponentDescriptor mmd = Assert.Single(ComponentCatalogue.FromTypes([typeof(FakeComponents.Mmd)]).All);
        Assert.Equal("Diffusion.Tests", mmd.AssemblyName);
        Assert.Matches(@"^\d+\.\d+\.\d+$", mmd.Version);
    }

    [Fact]
    public void Options_show_type_default_range_and_meaning()
    {
        OptionsShape shape = FakeComponents.Catalogue.Find(ComponentKind.ScoreModel, "mlp")!.Options!;
        object defaults = shape.CreateDefault();
        Assert.Equal(
            ["hidden: list of whole number = [128,128], between 1 and 4096", "activation: silu | leaky-relu = \"silu\", ", "dropout: number = null, "],
            shape.Properties.Select(p => $"{p.Name}: {p.Type} = {p.Type.Format(p.Get(defaults))}, {p.Range}"));
        OptionProperty path = FakeComponents.Catalogue.Find(ComponentKind.Data, "csv")!.Options!.Properties[0];
        Assert.Equal((true, true, "The rows."), (path.IsRequired, path.IsFilePath, path.Description));
    }

    [Theory]
    [InlineData(0.0, 1.0, false, false, "between 0 and 1")]
    [InlineData(0.0, 1.0, true, false, "greater than 0 and at most 1")]
    [InlineData(0.0, 1.0, false, true, "at least 0 and less than 1")]
    [InlineData(0.0, double.PositiveInfinity, true, false, "greater than 0")]
    [InlineData(1e-3, double.MaxValue, false, false, "at least 0.001")]
    [InlineData(double.NegativeInfinity, 5.0, false, false, "at most 5")]
    [InlineData(double.MinValue, double.MaxValue, false, false, "any number")]
    public void A_range_reads_as_a_sentence(double minimum, double maximum, bool minimumIsExclusive, bool maximumIsExclusive, string text) =>
        Assert.Equal(text, NumberRange
            .FromAttribute(new RangeAttribute(minimum, maximum) { MinimumIsExclusive = minimumIsExclusive, MaximumIsExclusive = maximumIsExclusive })
            .ToString());

    [Fact]
    public void A_range_of_whole_numbers_is_not_rounded_into()
    {
        NumberRange range = NumberRange.FromAttribute(new RangeAttribute(1, int.MaxValue));
        Assert.Equal("at least 1", range.ToString());
        Assert.False(range.Contains(0.9));
        Assert.True(range.Contains(1e12));
    }

    [Component(ComponentKind.Solver, "known", "", Aliases = ["also", "first"])]
    public sealed class Known : FakeComponents.Solver;

    [Fact]
    public void An_alias_finds_the_component_unless_it_is_the_name_of_another()
    {
        ComponentCatalogue catalogue = ComponentCatalogue.FromTypes([typeof(Known), typeof(First)]);
        Assert.Equal("known", catalogue.Find(ComponentKind.Solver, "also")!.Name);
        Assert.Equal("first", catalogue.Find(ComponentKind.Solver, "first")!.Name);
        Assert.Equal(2, catalogue.All.Count);
        Assert.Equal(["first", "known", "also"], catalogue.Names(ComponentKind.Solver));
        Assert.Contains("is also called 'first', which is the name of", Assert.Single(catalogue.Problems).Message, StringComparison.Ordinal);
    }

    [Component(ComponentKind.Solver, "first", "")]
    public sealed class First : FakeComponents.Solver;

    [Component(ComponentKind.Solver, "first", "")]
    public sealed class Second : FakeComponents.Solver;

    [Fact]
    public void Of_two_components_with_one_name_the_first_is_used()
    {
        string version = ComponentCatalogue.FromTypes([typeof(First)]).All[0].Version;
        string problem = Problem(typeof(First), typeof(Second));
        Assert.Equal(
            $"solver 'first' is defined twice: ComponentCatalogueTests+Second (Diffusion.Tests {version}) is ignored, "
                + $"ComponentCatalogueTests+First (Diffusion.Tests {version}) is used",
            problem);
        Assert.Equal(typeof(Second), ComponentCatalogue.FromTypes([typeof(Second), typeof(First)]).Find(ComponentKind.Solver, "first")!.ImplementationType);
    }

    [Component(ComponentKind.Metric, "first", "")]
    public sealed class NoMetric : FakeComponents.Solver;

    [Component(ComponentKind.Solver, "half", "")]
    public abstract class Half : FakeComponents.Solver;

    [Component(ComponentKind.Solver, "generic", "")]
    public sealed class Generic<T> : FakeComponents.Solver
    {
        public T? Value { get; init; }
    }

    [Component(ComponentKind.Solver, "Big_Name", "")]
    public sealed class BigName : FakeComponents.Solver;

    [Component(ComponentKind.Solver, "hidden", "")]
    public sealed class Hidden : FakeComponents.Solver
    {
        private Hidden()
        {
        }
    }

    [Component(ComponentKind.Solver, "greedy", "")]
    public sealed class Greedy(FakeComponents.DdimOptions one, FakeComponents.MlpOptions two) : FakeComponents.Solver
    {
        public (object, object) Both { get; } = (one, two);
    }

    public sealed record OddOptions(double Eta) : ComponentOptions
    {
        public Dictionary<string, double> Map { get; init; } = [];

        [FilePath]
        public IReadOnlyList<string> Files { get; init; } = [];
    }

    [Component(ComponentKind.Solver, "odd", "")]
    public sealed class Odd(OddOptions options) : FakeComponents.Solver
    {
        public OddOptions Options { get; } = options;
    }

    [Component((ComponentKind)99, "future", "")]
    public sealed class Future : FakeComponents.Solver;

    [Theory]
    [InlineData(typeof(NoMetric), "ComponentCatalogueTests+NoMetric says that it is the metric 'first' but does not implement Diffusion.IMetric")]
    [InlineData(typeof(Half), "ComponentCatalogueTests+Half says that it is the solver 'half' but is abstract or generic, so it cannot be built")]
    [InlineData(typeof(Generic<>), "ComponentCatalogueTests+Generic`1 says that it is the solver 'generic' but is abstract or generic, so it cannot be built")]
    [InlineData(typeof(BigName), "ComponentCatalogueTests+BigName calls itself 'Big_Name'; a component's name is in kebab-case (a-z, 0-9 and single hyphens)")]
    [InlineData(typeof(Hidden), "ComponentCatalogueTests+Hidden has 0 public constructors; the solver 'hidden' needs exactly one")]
    [InlineData(
        typeof(Greedy),
        "ComponentCatalogueTests+Greedy takes two options records, FakeComponents+DdimOptions and FakeComponents+MlpOptions; the solver 'greedy' may take one")]
    [InlineData(typeof(Odd), "ComponentCatalogueTests+Odd has options that cannot be bound: option 'Map' has the type Dictionary`2, "
        + "which a manifest cannot state; option 'Files' is marked as a file's path but is not text; ComponentCatalogueTests+OddOptions has no public "
        + "constructor without parameters (a positional record has none)")]
    [InlineData(typeof(Future), "ComponentCatalogueTests+Future is of a kind that this host does not know (99)")]
    public void A_class_that_cannot_be_a_component_is_named_with_the_reason(Type type, string problem) => Assert.Equal(problem, Problem(type));
}
