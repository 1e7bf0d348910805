using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Housekeeping;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion rm</c>: removes runs, and says first what would go.</summary>
internal static class RemoveCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string[]> names = new("run") 
        {
            Description = $"{RunNames.Help} With *, all runs of the results folder that it matches.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> yes = new("--yes") { Description = "Removes them. Without it, the command says what would go and removes nothing." };
        Command command = new("rm", "Removes runs, with the trained models that no other run uses. Says what would go unless --yes is given.")
        {
            names, yes, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            string results = Path.GetFullPath(session.Settings.ResultsFolder);
            RunFolder[] runs = [.. parsed.GetRequiredValue(names)
                .SelectMany(name => name.Contains('*', StringComparison.Ordinal) ? RunNames.Matching([name], results) : [RunNames.Find(name, results)])
                .DistinctBy(run => run.Path)];
            RunRemoval removal = RunRemoval.Plan(runs);
            TextWriter output = parsed.InvocationConfiguration.Output;
            bool isMeant = parsed.GetValue(yes);
            if (isMeant)
            {
                try
                {
                    removal.Execute();
                }
                catch (RunBusyException e)
                {
                    parsed.InvocationConfiguration.Error.WriteLine(e.Message);
                    return ExitCode.BadInput;
                }
            }

            RunsView.WriteRows(output, removal.Runs);
            string models = removal.Models.Count == 0 ? "" : $" and {Counted.Text(removal.Models.Count, "trained model")} that no other run uses";
            output.WriteLine($"{(isMeant ? "Removed" : "Would remove")} {Counted.Text(removal.Runs.Count, "run")}{models}: {Amounts.Bytes(removal.Bytes)}. "
                + "What a tracking store has of them stays there.");
            if (!isMeant)
                output.WriteLine("Nothing was removed; --yes removes them.");
            return ExitCode.Ok;
        });
        return command;
    }
}
