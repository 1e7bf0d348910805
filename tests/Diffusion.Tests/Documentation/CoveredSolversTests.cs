using System.Text.RegularExpressions;
using Diffusion.Core.Laws;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Tests.Components;
using Diffusion.Tests.Laws;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Diffusion.Tests.Documentation;

/// <summary><c>docs/exact-laws.md</c> lists every shipped solver, with its defaults, among those whose laws are computed exactly where they are.</summary>
public sealed partial class CoveredSolversTests
{
    [Fact]
    public void The_list_of_covered_solvers_is_what_is_computed()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "exact-laws.md"));
        string[] rows = [.. page.Split('\n')
            .SkipWhile(line => !line.StartsWith("## Which methods", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("## A published", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Dictionary<string, bool> stated = rows.SelectMany(row =>
            Names().Matches(row.Split(" | ")[0]).Select(match => (match.Groups[1].Value, row.Contains("| covered", StringComparison.Ordinal)))).ToDictionary();

        using ServiceProvider services = new ServiceCollection().AddLogging().AddComponents(ShippedComponents.Catalogue).AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        using IServiceScope scope = services.CreateScope();
        var factory = scope.ServiceProvider.GetRequiredService<ComponentFactory>();
        var schedule = new EdmSchedule(new());
        IReadOnlyList<NoiseLevel> levels = new KarrasGrid(new()).Levels(schedule, 8);
        Dictionary<string, bool> computed = ShippedComponents.Catalogue.All.Where(component => component.Kind == ComponentKind.Solver).ToDictionary(
            component => component.Name,
            component => SamplerLaw.Objection(
                factory.Create<ISolver>(ShippedComponents.Catalogue.Bind(ComponentKind.Solver, component.Name, new Dictionary<string, string?>(), "defaults")),
                component.Name, schedule, levels, LawProblem.Describe(LawProblem.TwoModes)) is null);
        Assert.Equal(
            computed.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"),
            stated.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
    }

    [GeneratedRegex("`([a-z0-9-]+)`")]
    private static partial Regex Names();
}
