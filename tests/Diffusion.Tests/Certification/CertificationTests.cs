using System.Reflection;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Certification;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Diffusion.Tests.Certification;

/// <summary>The fast part of <c>diffusion certify</c>: every shipped component on the hardest of its problems.</summary>
public sealed class CertificationTests
{
    private static readonly ComponentCatalogue Catalogue = ComponentCatalogue.FromAssemblies(
        Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(f => Assembly.Load(Path.GetFileNameWithoutExtension(f))));

    public static TheoryData<string, string> Components => [.. Catalogue.All.Select(component => (component.Kind.Id(), component.Name))];

    public static TheoryData<string> EngineParts => ["noise", "phi-functions", "predictions", "likelihood"];

    [Theory]
    [MemberData(nameof(Components))]
    public void A_component_keeps_its_claims(string kind, string name)
    {
        using ServiceProvider services = Services();
        Check(Plan(services).Items(Catalogue.All.Single(component => component.Kind.Id() == kind && component.Name == name)));
    }

    [Theory]
    [MemberData(nameof(EngineParts))]
    public void What_components_build_on_keeps_its_claims(string part)
    {
        using ServiceProvider services = Services();
        Check([Plan(services).EngineItems().Single(item => item.Subject.Component == part)]);
    }

    [Theory]
    [InlineData(ComponentKind.Schedule)]
    [InlineData(ComponentKind.Grid)]
    [InlineData(ComponentKind.ScoreModel)]
    [InlineData(ComponentKind.Loss)]
    [InlineData(ComponentKind.Weighting)]
    [InlineData(ComponentKind.TimeSampler)]
    [InlineData(ComponentKind.Solver)]
    public void Every_component_of_the_theory_has_certificates(ComponentKind kind)
    {
        using ServiceProvider services = Services();
        CertificationPlan plan = Plan(services);
        Assert.All(Catalogue.All.Where(component => component.Kind == kind), component => Assert.True(plan.Items(component).Any(), component.Title));
    }

    private static ServiceProvider Services() => new ServiceCollection().AddLogging().AddComponents(Catalogue).BuildServiceProvider();

    private static CertificationPlan Plan(ServiceProvider services) => new(Catalogue, services.GetRequiredService<ComponentFactory>(), thorough: false);

    // A method that objected everywhere, or declared no order, would pass the certificates that are left.
    [Fact]
    public void Only_these_methods_have_no_order_in_the_number_of_steps()
    {
        using ServiceProvider services = Services();
        ComponentFactory factory = services.GetRequiredService<ComponentFactory>();
        ISolver[] solvers = [.. Catalogue.All.Where(component => component.Kind == ComponentKind.Solver)
            .Select(component => factory.Create<ISolver>(Catalogue.Bind(ComponentKind.Solver, component.Name, new Dictionary<string, string?>(), "test")))];
        Assert.Equal(
            ["AnnealedLangevinSolver", "LangevinSolver", "PredictorCorrectorSolver"],
            solvers.Where(solver => solver.Traits.Order is null).Select(solver => solver.GetType().Name).Order());
        Assert.All(solvers, solver => Assert.All(ExactProcesses.All, process =>
            Assert.Null(solver.Objection(process.Schedule, ExactGrids.LogSnr(process.Schedule, 24)))));
    }

    private static void Check(IEnumerable<CertificationItem> items)
    {
        foreach (Certificate certificate in items.SelectMany(item => item.Measure()))
        {
            Assert.True(
                certificate.Verdict == Verdict.Pass,
                FormattableString.Invariant($"{certificate.Component}: {certificate.Check}: declared {certificate.Declared}, ")
                    + FormattableString.Invariant($"measured {certificate.Measured} ({certificate.Low} to {certificate.High})"));
        }
    }
}
