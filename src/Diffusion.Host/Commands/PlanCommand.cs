using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Forecasting;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Processes;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Diffusion.Natives;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion plan</c>: what running an experiment amounts to, before it is run.</summary>
internal static class PlanCommand
{
    public static Command Create(CommonOptions options)
    {
        PlanOptions selection = new();
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, every cell included, for scripts." };
        Option<bool> cells = new("--cells") { Description = "Also prints a line for each cell." };
        Command command = new(
            "plan",
            "Shows what 'run' would do: the cells, which results exist already, why the others run, and the evaluations, time and disk space needed. "
                + "Writes nothing.")
        {
            json, cells, options.Results, options.Tracking, options.Threads, options.Workers,
        };
        selection.AddTo(command);
        command.SetReadingAction(parsed =>
        {
            string target = selection.Target(parsed);
            HostSession session = PlanOptions.For(HostSession.Open(parsed, options), target, parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            foreach (ComponentProblem problem in session.Problems)
                parsed.InvocationConfiguration.Error.WriteLine(problem.ToString());

            TorchNatives.Load(session.Settings.Threads ?? 1);
            double starting = Environment.CpuUsage.TotalTime.TotalSeconds;
            ExperimentPlan plan = selection.Load(parsed, session, target);
            string? store = ChosenComponents.Tracker(session.Catalogue, session.Settings).Address;
            RunSettings settings = selection.Settings(parsed, session, target) with { TrackingStore = store is null ? null : Secrets.Shown(store) };
            using SessionServices services = session.OpenServices();
            ComponentFactory factory = services.Factory;
            (WorkPlan work, Forecast forecast) = Forecaster.DecideAndForecast(
                plan, settings, factory, session.Settings.Workers ?? Environment.ProcessorCount, starting);
            RunFolder? existing = settings.Existing(plan);
            EvaluationCounts counts = new(factory);
            foreach (string trouble in work.Troubles)
                parsed.InvocationConfiguration.Error.WriteLine(trouble);
            // What runs will fail in part, which whoever asks beforehand wants to know.
            int code = work.Troubles.Count == 0 ? ExitCode.Ok : ExitCode.CellsFailed;
            if (parsed.GetValue(json))
            {
                PlanDocument.Describe(plan, work, forecast, existing, counts).Write(output);
                return code;
            }

            PlanView.Write(output, plan, work, forecast, existing);
            if (parsed.GetValue(cells))
            {
                output.WriteLine();
                PlanView.WriteCells(output, plan, work, counts);
            }

            return code;
        });
        return command;
    }
}
