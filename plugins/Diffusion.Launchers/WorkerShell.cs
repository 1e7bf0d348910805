using System.Collections;
using System.Text;
using System.Text.RegularExpressions;

namespace Diffusion.Launchers;

/// <summary>Shell text that starts a worker on another machine as it would start here.</summary>
internal static partial class WorkerShell
{
    // What decides which libraries a worker finds and how their kernels round. The rest of the environment is the machine's own.
    private static readonly string[] Names = ["LD_LIBRARY_PATH", "LD_PRELOAD", "DOTNET_ROOT"];
    private static readonly string[] Prefixes = ["DIFFUSION_", "OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "CUBLAS_", "PYTORCH_", "TORCH_"];

    /// <summary>Text as one word of a POSIX shell.</summary>
    public static string Quote(string text) => PlainWord().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Words as a command.</summary>
    public static string Command(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>Lines that give a shell the variables which a worker needs, and the current folder, where settings are looked for.</summary>
    public static string Preamble()
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in Variables())
            text.Append("export ").Append(name).Append('=').Append(Quote(value)).Append('\n');
        return text.Append("cd ").Append(Quote(Environment.CurrentDirectory)).Append(" || exit 1\n").ToString();
    }

    // A tracking address may hold a password, and a worker does not track.
    private static IEnumerable<(string Name, string Value)> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(variable => (Name: (string)variable.Key, Value: (string?)variable.Value ?? ""))
        .Where(variable => VariableName().IsMatch(variable.Name) && !variable.Name.Contains("TRACKING", StringComparison.OrdinalIgnoreCase))
        .Where(variable => Names.Contains(variable.Name) || Prefixes.Any(prefix => variable.Name.StartsWith(prefix, StringComparison.Ordinal)))
        .OrderBy(variable => variable.Name, StringComparer.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9_./:@%+,-]+\z")]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
