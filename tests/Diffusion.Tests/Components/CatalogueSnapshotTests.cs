using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Xunit;

namespace Diffusion.Tests.Components;

/// <summary>
/// Names, options and defaults are what manifests are written in. Changing one changes what existing manifests mean, so each change shows
/// as a line of <c>catalogue.txt</c> and in the schema that editors use. With DIFFUSION_UPDATE_SNAPSHOTS=1 the tests write the files instead of comparing.
/// </summary>
public sealed class CatalogueSnapshotTests
{
    private const string UpdateVariable = "DIFFUSION_UPDATE_SNAPSHOTS";

    private static ComponentCatalogue Catalogue => ShippedComponents.Catalogue;

    private static string Line(ComponentDescriptor component)
    {
        object? defaults = component.Options?.CreateDefault();
        IEnumerable<string> options = component.Options?.Properties.Select(p => p.IsRequired ? p.Name : $"{p.Name}={p.Type.Format(p.Get(defaults!))}") ?? [];
        string[] aliases = component.Aliases.Count == 0 ? [] : [$"(also {string.Join(", ", component.Aliases)})"];
        return string.Join(' ', [component.Kind.Id(), component.Name, .. aliases, .. options]);
    }

    [Fact]
    public void The_shipped_components_are_the_written_ones()
    {
        string path = Path.Combine(Repository.Root, "tests", "Diffusion.Tests", "Components", "catalogue.txt");
        string[] lines = [.. Catalogue.All.Select(Line)];
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, string.Concat(lines.Select(line => $"{line}\n")));
        Assert.Equal(File.ReadAllLines(path), lines);
    }

    [Fact]
    public void The_manifests_schema_is_the_committed_one()
    {
        string path = Path.Combine(Repository.Root, "experiments", "experiment.schema.json");
        string schema = ManifestSchema.Write(Catalogue);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, schema);
        Assert.Equal(File.ReadAllText(path), schema);
    }

    [Fact]
    public void No_shipped_component_is_refused() => Assert.Empty(Catalogue.Problems);

    [Fact]
    public void Every_shipped_component_says_what_it_is_and_what_its_options_mean() =>
        Assert.All(Catalogue.All, component =>
        {
            Assert.NotEmpty(component.Summary);
            Assert.All(component.Options?.Properties ?? [], option => Assert.NotEmpty(option.Description));
        });

    [Fact]
    public void Every_default_of_a_shipped_component_is_within_its_range() =>
        Assert.All(Catalogue.All.Where(c => c.Options is not null), component =>
        {
            object defaults = component.Options!.CreateDefault();
            foreach (OptionProperty option in component.Options.Properties.Where(p => p.Get(defaults) is double or int or long))
            {
                double value = Convert.ToDouble(option.Get(defaults), CultureInfo.InvariantCulture);
                Assert.All(
                    option.Rules.OfType<RangeAttribute>(), rule => Assert.True(NumberRange.FromAttribute(rule).Contains(value), $"{option.Name} = {value}"));
            }
        });
}
