using System.CommandLine;
using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary>What <c>diffusion describe</c> is asked to compute of a schedule or a grid: the noise levels that it visits.</summary>
internal sealed class LevelOptions
{
    private const int Curve = 9;

    private readonly Option<string> _at = new("--at")
    {
        Description = "Of a schedule: the times to show, as in --at 0.01,0.5,1; without it, nine times equally spaced in log(α/σ).",
        HelpName = "TIME,…",
    };

    private readonly Option<string> _schedule = new("--schedule")
    {
        Description = "Of a grid: the schedule whose levels it visits, a name or an object as in a manifest.",
        HelpName = "SCHEDULE",
    };

    private readonly Option<int?> _steps = WholeNumber.Option("--steps", "Of a grid: the number of steps.", 1, 100_000);

    private readonly Option<string[]> _option = new("--option")
    {
        Description = "An option of the schedule or grid, as in --option rho=5; may be given more than once.",
        HelpName = "NAME=VALUE",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _at, _schedule, _steps, _option })
            command.Options.Add(option);
    }

    /// <summary>The levels of what is described, as rows of a table; null where it has none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">What it is built with.</param>
    /// <param name="found">The components that were named: those of one name may be of several kinds.</param>
    /// <exception cref="InputException">Levels are asked for that these components do not have.</exception>
    public IReadOnlyList<string[]>? Rows(ParseResult parsed, HostSession session, IReadOnlyList<ComponentDescriptor> found)
    {
        bool asksSchedule = parsed.GetValue(_at) is not null;
        bool asksGrid = parsed.GetValue(_schedule) is not null || parsed.GetValue(_steps) is not null;
        string[] stated = parsed.GetValue(_option) ?? [];
        ComponentDescriptor? schedule = found.FirstOrDefault(component => component.Kind == ComponentKind.Schedule);
        ComponentDescriptor? grid = found.FirstOrDefault(component => component.Kind == ComponentKind.Grid);
        if (asksSchedule && (asksGrid || schedule is null))
            throw new InputException("--at takes times of a schedule, as in 'diffusion describe edm --at 0.01,1'");
        if (asksGrid && grid is null)
            throw new InputException("--schedule and --steps show the levels of a grid, as in 'diffusion describe karras --schedule edm --steps 10'");
        if (stated.Length > 0 && (schedule ?? grid) is null)
            throw new InputException("--option states an option of a schedule or a grid, whose levels are then shown");
        if (grid is not null && (asksGrid || (schedule is null && stated.Length > 0)))
            return RowsOfGrid(parsed, session, grid, stated);
        if (schedule is not null && (asksSchedule || stated.Length > 0 || !NeedsOptions(schedule)))
            return RowsOfSchedule(parsed, session, schedule, stated);
        return null;
    }

    private static bool NeedsOptions(ComponentDescriptor component) => component.Options?.Properties.Any(property => property.IsRequired) == true;

    private IReadOnlyList<string[]> RowsOfSchedule(ParseResult parsed, HostSession session, ComponentDescriptor component, string[] stated)
    {
        using SessionServices services = session.OpenServices();
        NoiseSchedule schedule = services.Factory.Create<NoiseSchedule>(Choice(session, component, stated));
        double[] times = parsed.GetValue(_at) is { } at ? Times(at, schedule.Horizon) : CurveOf(schedule);
        return LevelsView.Rows(schedule, times.Select(schedule.At));
    }

    private IReadOnlyList<string[]> RowsOfGrid(ParseResult parsed, HostSession session, ComponentDescriptor component, string[] stated)
    {
        if (parsed.GetValue(_schedule) is not { } text || parsed.GetValue(_steps) is not { } steps)
            throw new InputException("the levels of a grid need both --schedule and --steps, as in 'diffusion describe karras --schedule edm --steps 10'");
        using SessionServices services = session.OpenServices();
        ITimeGrid grid = services.Factory.Create<ITimeGrid>(Choice(session, component, stated));
        NoiseSchedule schedule = services.Factory.Create<NoiseSchedule>(session.Catalogue.Bind(ComponentKind.Schedule, text, "--schedule"));
        try
        {
            return LevelsView.Rows(schedule, grid.Levels(schedule, steps));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"the grid '{component.Name}' has no {steps} steps under this schedule: {e.Message}");
        }
    }

    private static ComponentChoice Choice(HostSession session, ComponentDescriptor component, string[] stated)
    {
        Dictionary<string, string?> options = [];
        foreach (string text in stated)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, string value])
                throw new InputException($"--option {text}: expected name=value");
            if (!options.TryAdd(name, value))
                throw new InputException($"--option {name} is stated twice");
        }

        return session.Catalogue.Bind(component.Kind, component.Name, options, "--option");
    }

    private static double[] Times(string text, double horizon) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double time) && time >= 0 && time <= horizon
                ? time
                : throw new InputException(FormattableString.Invariant($"--at {part}: expected a time from 0 to {horizon:R}, the schedule's horizon")))];

    // Equal steps of log(α/σ) are where levels differ, whatever the schedule's own time does. Each end is at its time, not at one that is inverted to it.
    private static double[] CurveOf(NoiseSchedule schedule)
    {
        double first = schedule.At(schedule.MinimumTime).HalfLogSnr;
        double last = schedule.At(schedule.Horizon).HalfLogSnr;
        double[] inner = double.IsFinite(last)
            ? [.. Enumerable.Range(1, Curve - 2).Select(i => schedule.TimeAt(first + ((last - first) * i / (Curve - 1))))]
            : [.. Enumerable.Range(1, Curve - 2).Select(i => schedule.MinimumTime + ((schedule.Horizon - schedule.MinimumTime) * i / (Curve - 1)))];
        return [schedule.MinimumTime, .. inner, schedule.Horizon];
    }
}
