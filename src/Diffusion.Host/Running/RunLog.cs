using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Diffusion.Host.Running;

/// <summary>
/// The run's log: warnings for people (the runner's own excepted, which the view shows anyway), everything as JSON lines in the run's folder once there is one. What was said before is
/// kept and written then.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private readonly LateFileSink _file = new();
    private readonly WarningSink _warnings = new();
    private readonly Logger _logger;

    public RunLog()
    {
        _logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .Enrich.FromLogContext()
            .WriteTo.Sink(_file)
            .WriteTo.Logger(console => console
                .Filter.ByExcluding(Matching.FromSource("Diffusion.Experiments"))
                .WriteTo.Sink(_warnings, LogEventLevel.Warning))
            .CreateLogger();
        Provider = new SerilogLoggerProvider(_logger);
    }

    /// <summary>For Microsoft.Extensions.Logging.</summary>
    public ILoggerProvider Provider { get; }

    /// <summary>An observer that logs what it sees, opens the file when the folder is there, and passes everything on.</summary>
    public IRunObserver OpenWith(RunView view)
    {
        _warnings.Show = view.Warned;
        return new LoggingObserver(this, view);
    }

    public void Dispose()
    {
        _logger.Dispose();
        _file.Dispose();
    }

    private sealed class LoggingObserver(RunLog log, IRunObserver view) : IRunObserver
    {
        public void RunStarted(RunFolder folder, bool continued, WorkPlan work)
        {
            log._file.Open(folder.LogFile);
            log._logger.Information("Run {Run} {Action}", folder.Name, continued ? "continued" : "started");
            view.RunStarted(folder, continued, work);
        }

        public void ModelReused(ExperimentCell cell, TrainedModelRecord record)
        {
            log._logger.Information("Model {Model} {Key} reused", cell.Experiment.Model.Name, record.Key);
            view.ModelReused(cell, record);
        }

        public void TrainingStarted(ExperimentCell cell)
        {
            log._logger.Information("Training {Model} {Key}", cell.Experiment.Model.Name, cell.TrainingKey);
            view.TrainingStarted(cell);
        }

        public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
        {
            log._logger.Information("Training {Task} step {Step} of {Steps}: loss {Loss}", progress.Task, progress.Step, progress.Steps, progress.Loss);
            view.TrainingProgressed(cell, progress);
        }

        public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure)
        {
            log._logger.Information("Training {Model} {Key} ended: {Seconds} s, {Error}", cell.Experiment.Model.Name, cell.TrainingKey, record?.Seconds, failure?.Error);
            view.TrainingEnded(cell, record, failure);
        }

        public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
        {
            log._logger.Information("Sweep of {Cells} cells, {Finished} finished before", cells.Count, endedBefore.Count);
            view.SweepStarted(cells, endedBefore);
        }

        public void CellStarted(ExperimentCell cell) => view.CellStarted(cell);

        public void CellEnded(ExperimentCell cell, CellRecord record)
        {
            log._logger.Information(
                "Cell {Cell} {Status}: {@Axes} repeat {Repeat}, {Evaluations} evaluations, {Seconds} s, {Error}",
                record.Id, record.Status, record.Axes, record.Repeat, record.Evaluations, record.Seconds, record.Error);
            view.CellEnded(cell, record);
        }

        public void Said(string line)
        {
            log._logger.Information("{Line}", line);
            view.Said(line);
        }
    }

    private sealed class WarningSink : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _format = new("{Level:w}: {Message:lj}", CultureInfo.InvariantCulture);

        public Action<string> Show { get; set; } = Console.Error.WriteLine;

        public void Emit(LogEvent logEvent)
        {
            using StringWriter text = new(CultureInfo.InvariantCulture);
            _format.Format(logEvent, text);
            Show(text.ToString());
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
