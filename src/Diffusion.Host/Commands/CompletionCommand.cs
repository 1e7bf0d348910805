using System.CommandLine;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion completion bash</c>: a script that makes a shell complete the command's words.</summary>
internal static class CompletionCommand
{
    /// <summary>The hidden command that the scripts call, with the cursor's place and the line.</summary>
    public const string Asked = "complete";

    private static readonly (string Shell, string Use, string Script)[] Scripts =
    [
        ("bash", "source <(diffusion completion bash)", """
            _diffusion() {
                local line="${COMP_LINE}" word="${COMP_WORDS[COMP_CWORD]}"
                mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" complete -- "${COMP_POINT}" "${line}" 2>/dev/null)" -- "${word}")
            }
            complete -o default -F _diffusion diffusion ./diffusion
            """),
        ("zsh", "source <(diffusion completion zsh)", """
            _diffusion() {
                local -a found
                found=("${(@f)$("${words[1]}" complete -- "${CURSOR}" "${BUFFER}" 2>/dev/null)}")
                [[ -n "${found[1]}" ]] && compadd -- "${found[@]}" || _files
            }
            compdef _diffusion diffusion ./diffusion
            """),
        ("fish", "diffusion completion fish | source", """
            complete -c diffusion -a '(diffusion complete -- (commandline -C) (commandline) 2>/dev/null)'
            """),
        ("powershell", "diffusion completion powershell | Out-String | Invoke-Expression", """
            Register-ArgumentCompleter -Native -CommandName diffusion -ScriptBlock {
                param($word, $line, $position)
                diffusion complete '--' $position "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """),
    ];

    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = $"One of {string.Join(", ", Scripts.Select(script => script.Shell))}." };
        shell.AcceptOnlyFromAmong([.. Scripts.Select(script => script.Shell)]);
        Command command = new(
            "completion",
            "Prints a script that lets a shell complete commands, options, components and runs. "
                + $"{string.Join("; ", Scripts.Select(script => $"{script.Shell}: {script.Use}"))}.")
        {
            shell,
        };
        command.SetReadingAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(Scripts.Single(script => script.Shell == parsed.GetRequiredValue(shell)).Script);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The command that the scripts call.</summary>
    /// <param name="root">The whole command.</param>
    public static Command CreateAsked(Func<Command> root)
    {
        Argument<int> position = new("position") { Description = "Where the cursor is, in characters." };
        Argument<string> line = new("line") { Description = "The line." };
        Command command = new(Asked, "What could stand at a place of a command line; for the scripts of 'completion'.") { position, line };
        command.Hidden = true;
        command.SetReadingAction(parsed =>
        {
            foreach (string word in Completions.At(root(), parsed.GetRequiredValue(line), parsed.GetRequiredValue(position)))
                parsed.InvocationConfiguration.Output.WriteLine(word);
            return ExitCode.Ok;
        });
        return command;
    }
}
