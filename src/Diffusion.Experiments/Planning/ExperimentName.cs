using System.Text.RegularExpressions;

namespace Diffusion.Experiments.Planning;

/// <summary>What an experiment can be called: its name is that of a folder beside files of the program.</summary>
internal static partial class ExperimentName
{
    /// <summary>What a name looks like.</summary>
    public const string Pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    private const int Longest = 100;

    // What the program itself and its trackers keep in the results folder.
    private static readonly HashSet<string> OwnFiles =
        new(StringComparer.OrdinalIgnoreCase) { "mlflow.db", "mlflow.db-wal", "mlflow.db-shm", "mlflow.db-journal", "mlartifacts", "models", "outbox" };

    // What Windows takes for a device, with any extension.
    private static readonly HashSet<string> WindowsDevices = new(StringComparer.OrdinalIgnoreCase)
    {
        "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6",
        "lpt7", "lpt8", "lpt9",
    };

    /// <summary>Whether an experiment can be called so.</summary>
    public static bool IsValid(string name) => Whole().IsMatch(name) && !IsReserved(name);

    /// <summary>Whether a name is one of the program's own or one that Windows does not allow.</summary>
    public static bool IsReserved(string name) => OwnFiles.Contains(name) || WindowsDevices.Contains(name.Split('.')[0]) || name.EndsWith('.');

    /// <summary>The name of an experiment whose manifest states none: that of its file, or one like it where an experiment cannot be called so.</summary>
    public static string FromFile(string file)
    {
        string name = NotInNames().Replace(Path.GetFileNameWithoutExtension(file), "-").Trim('-', '.', '_');
        // The rest of a name that is too long may end in what was trimmed before.
        name = name.Length > Longest ? name[..Longest].TrimEnd('-', '.', '_') : name;
        if (name.Length == 0)
            return "experiment";
        return IsReserved(name) ? $"experiment-{name}" : name;
    }

    [GeneratedRegex($@"\A{Pattern}\z")]
    private static partial Regex Whole();

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex NotInNames();
}
