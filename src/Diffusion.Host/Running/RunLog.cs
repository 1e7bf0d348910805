using Diffusion.Core.Training;
using Diffusion.Experiments.Running;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Json;

namespace Diffusion.Host.Running;

/// <summary>
/// The run's log: warnings on the error stream (the runner's own excepted, which the view shows), everything as JSON lines in the run's folder once there is one. What was said before is
/// kept and written then.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private readonly LateFileSink _file = new();
    private readonly Logger _logger;

    public RunLog()
    {
        _logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .Enrich.FromLogContext()
            .WriteTo.Sink(_file)
            .WriteTo.Logger(console => console
                .Filter.ByExcluding(Matching.FromSource("Diffusion.Experiments"))
                .WriteTo.Console(
                    restrictedToMinimumLevel: LogEventLevel.Warning,
                    standardErrorFromLevel: LogEventLevel.Verbose,
                    formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                    outputTemplate: "{Level:w}: {Message:lj}{NewLine}"))
            .CreateLogger();
        Provider = new SerilogLoggerProvider(_logger);
    }

    /// <summary>For Microsoft.Extensions.Logging.</summary>
    public ILoggerProvider Provider { get; }

    /// <summary>An observer that logs what it sees, opens the file when the folder is there, and passes everything on.</summary>
    public IRunObserver OpenWith(IRunObserver view) => new LoggingObserver(this, view);

    public void Dispose()
    {
        _logger.Dispose();
        _file.Dispose();
    }

    private sealed class LoggingObserver(RunLog log, IRunObserver view) : IRunObserver
    {
        public void RunStarted(RunFolder folder, bool continued)
        {
            log._file.Open(folder.LogFile);
            log._logger.Information("Run {Run} {Action}", folder.Name, continued ? "continued" : "started");
            view.RunStarted(folder, continued);
        }

        public void TrainingStarted(string model, int number, int count, int steps)
        {
            log._logger.Information("Training {Model}, {Number} of {Count}, {Steps} steps", model, number, count, steps);
            view.TrainingStarted(model, number, count, steps);
        }

        public void TrainingProgressed(TrainingProgress progress)
        {
            log._logger.Information("Training step {Step}: loss {Loss}", progress.Step, progress.Loss);
            view.TrainingProgressed(progress);
        }

        public void ModelReady(string model, TrainedModelRecord record, bool reused)
        {
            log._logger.Information("Model {Model} {Key} ready, reused: {Reused}", model, record.Key, reused);
            view.ModelReady(model, record, reused);
        }

        public void SweepStarted(int cells, int finishedBefore)
        {
            log._logger.Information("Sweep of {Cells} cells, {Finished} finished before", cells, finishedBefore);
            view.SweepStarted(cells, finishedBefore);
        }

        public void CellEnded(CellRecord record)
        {
            log._logger.Information(
                "Cell {Cell} {Status}: {@Axes} repeat {Repeat}, {Evaluations} evaluations, {Seconds} s, {Error}",
                record.Id, record.Status, record.Axes, record.Repeat, record.Evaluations, record.Seconds, record.Error);
            view.CellEnded(record);
        }
    }

    private sealed class LateFileSink : ILogEventSink, IDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<LogEvent> _early = [];
        private Logger? _file;

        public void Open(string path)
        {
            lock (_lock)
            {
                _file = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.File(new JsonFormatter(renderMessage: true), path).CreateLogger();
                foreach (LogEvent early in _early)
                    _file.Write(early);
                _early.Clear();
            }
        }

        public void Emit(LogEvent logEvent)
        {
            lock (_lock)
            {
                if (_file is null)
                    _early.Add(logEvent);
                else
                    _file.Write(logEvent);
            }
        }

        public void Dispose() => _file?.Dispose();
    }
}
