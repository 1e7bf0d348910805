using System.Globalization;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Display;
using Serilog.Settings.Configuration;

namespace Diffusion.Host.Logging;

/// <summary>
/// What a process logs: everything from Information up as JSON lines in the run's folder, once there is one, and warnings for people. The section "Serilog" of
/// the settings changes levels and adds sinks. It is the same in coordinators and workers.
/// </summary>
internal sealed class ProcessLog : IDisposable
{
    private const string Section = "Serilog";

    private readonly JsonLinesFile _file = new();
    private readonly LinesForPeople _people = new();

    /// <param name="configuration">The settings.</param>
    /// <param name="isVerbose">Whether people see information, too.</param>
    /// <param name="show">Shows people a line.</param>
    /// <exception cref="InputException">The section is not usable.</exception>
    public ProcessLog(IConfiguration configuration, bool isVerbose, Action<string> show)
    {
        _people.Show = show;
        _file.Failed = line => _people.Show($"warning: {line}");
        LoggerConfiguration log = new LoggerConfiguration()
            .MinimumLevel.Information()
            // A client's every request is no news of a sweep.
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .Enrich.With<ComponentEnricher>();
        if (configuration.GetSection(Section).Exists())
            Read(log, configuration);
        Logger = log
            .WriteTo.Sink(_file)
            .WriteTo.Logger(console => console
                // The view shows anyway what the runner has to say, and tells it better.
                .Filter.ByExcluding(e => !isVerbose && Matching.FromSource("Diffusion.Experiments")(e))
                .WriteTo.Sink(_people, isVerbose ? LevelAlias.Minimum : LogEventLevel.Warning))
            .CreateLogger();
        Provider = new SerilogLoggerProvider(Logger);
    }

    /// <summary>For this program's own events.</summary>
    public Logger Logger { get; }

    /// <summary>For Microsoft.Extensions.Logging.</summary>
    public ILoggerProvider Provider { get; }

    /// <summary>Where lines for people go.</summary>
    public Action<string> Show
    {
        set => _people.Show = value;
    }

    /// <summary>From here on events go to a run's log.</summary>
    public void Open(RunFolder folder) => _file.Open(folder.LogFile);

    public void Dispose() => Logger.Dispose();

    private static void Read(LoggerConfiguration log, IConfiguration configuration)
    {
        // Serilog passes over what it cannot make sense of, and tells its own log alone.
        List<string> passedOver = [];
        SelfLog.Enable(line => passedOver.Add(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        try
        {
            log.ReadFrom.Configuration(configuration, new ConfigurationReaderOptions { SectionName = Section, FormatProvider = CultureInfo.InvariantCulture });
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or IOException)
        {
            passedOver.Add(e.Message);
        }
        finally
        {
            SelfLog.Disable();
        }

        if (passedOver.Count > 0)
            throw new InputException($"settings {Section}: {string.Join("; ", passedOver)}");
    }

    private sealed class LinesForPeople : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _format = new("{Level:w}: {Message:lj}", CultureInfo.InvariantCulture);

        public Action<string> Show { get; set; } = _ => { };

        public void Emit(LogEvent logEvent)
        {
            using StringWriter text = new(CultureInfo.InvariantCulture);
            _format.Format(logEvent, text);
            Show(Terminal.Plain(Secrets.Without(text.ToString())));
        }
    }
}
