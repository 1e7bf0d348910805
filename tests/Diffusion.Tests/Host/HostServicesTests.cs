using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Commands;
using Diffusion.Host.Plugins;
using Diffusion.Host.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What components and the services of plugins are given by the host.</summary>
public sealed class HostServicesTests
{
    private static HostSession Session(params (string Key, string Value)[] settings) => HostSession.WithPlugins(
        new HostSettings(),
        [],
        [new PluginAssembly(typeof(HostServicesTests).Assembly, PluginVerdict.Sound)],
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build(),
        []);

    public sealed class Startup : IPluginStartup
    {
        public void Configure(IServiceCollection services, IConfiguration configuration)
        {
            if (configuration["HostServicesTests:Throws"] is not null)
                throw new InvalidOperationException("no such server");
            services.AddSingleton<Shared>().AddScoped<PerCell>().AddSingleton<Needy>().AddSingleton(TimeProvider.System);
            services.AddTimeSampler<Served>("served", "Takes everything that there is");
            services.AddTimeSampler<Lacking>("lacking");
        }
    }

    public sealed class Shared(IConfiguration configuration)
    {
        public string? Setting => configuration["HostServicesTests:Setting"];
    }

    public sealed class PerCell : IDisposable
    {
        public bool IsOver { get; private set; }

        public void Dispose() => IsOver = true;
    }

    public sealed class Absent;

    public sealed class Needy(Absent absent)
    {
        public Absent Absent => absent;
    }

    public sealed class Served(
        Shared shared, PerCell perCell, TimeProvider clock, IHttpClientFactory clients, ILogger<Served> logger, IConfiguration configuration) : ITimeSampler
    {
        public Shared Shared => shared;

        public PerCell PerCell => perCell;

        public object[] Others => [clock, clients.CreateClient(), logger, configuration];

        public double Time(double u, NoiseSchedule schedule) => u;
    }

    public sealed class Lacking(Absent absent) : ITimeSampler
    {
        public Absent Absent => absent;

        public double Time(double u, NoiseSchedule schedule) => u;
    }

    [Fact]
    public void A_component_is_given_its_plugins_services_and_the_hosts()
    {
        HostSession session = Session(("HostServicesTests:Setting", "blue"));
        using SessionServices services = session.OpenServices();
        ComponentChoice choice = session.Catalogue.Bind(ComponentKind.TimeSampler, "served", new Dictionary<string, string?>(), "test");
        Served first, second;
        using (ComponentScope cell = services.Factory.OpenScope())
        {
            first = Assert.IsType<Served>(cell.Factory.Create<ITimeSampler>(choice));
            Assert.Same(first.PerCell, Assert.IsType<Served>(cell.Factory.Create<ITimeSampler>(choice)).PerCell);
            Assert.False(first.PerCell.IsOver);
            Assert.Equal("blue", first.Shared.Setting);
            Assert.All(first.Others, Assert.NotNull);
        }

        Assert.True(first.PerCell.IsOver);
        using (ComponentScope cell = services.Factory.OpenScope())
            second = Assert.IsType<Served>(cell.Factory.Create<ITimeSampler>(choice));
        Assert.NotSame(first.PerCell, second.PerCell);
        Assert.Same(first.Shared, second.Shared);
    }

    [Fact]
    public void What_is_missing_is_told_at_the_start_with_component_or_service_and_parameter()
    {
        HostSession session = Session();
        Assert.Null(session.Catalogue.Find(ComponentKind.TimeSampler, "lacking"));
        string absent = $"nothing is registered for its constructor's parameter 'absent' of type {typeof(Absent)}";
        Assert.Contains(session.Problems, problem => problem.Message.StartsWith("time sampler 'lacking' (Diffusion.Tests ", StringComparison.Ordinal)
            && problem.Message.EndsWith(absent, StringComparison.Ordinal));
        Assert.Contains(session.Problems, problem => problem.Message == $"the service {typeof(Needy).FullName} cannot be built: {absent}");
    }

    [Fact]
    public void A_startup_that_throws_is_told_and_registers_nothing()
    {
        HostSession session = Session(("HostServicesTests:Throws", "yes"));
        Assert.Null(session.Catalogue.Find(ComponentKind.TimeSampler, "served"));
        Assert.Contains(
            session.Problems, problem => problem.Message == $"its start-up {typeof(Startup).FullName} threw: no such server; what it registers is left out");
    }

    [Fact]
    public void A_class_that_is_judged_unfit_is_left_out_with_the_reason()
    {
        PluginVerdict verdict =
            new() { Types = new Dictionary<string, TypeVerdict> { [typeof(Startup).FullName!] = new("start-up X", "its constructor overflows the stack") } };
        HostSession session = HostSession.WithPlugins(
            new HostSettings(), [], [new PluginAssembly(typeof(HostServicesTests).Assembly, verdict)], new ConfigurationBuilder().Build(), []);
        Assert.Null(session.Catalogue.Find(ComponentKind.TimeSampler, "served"));
        Assert.Contains(session.Problems, problem => problem.Message == "its constructor overflows the stack; it is left out");
    }
}
