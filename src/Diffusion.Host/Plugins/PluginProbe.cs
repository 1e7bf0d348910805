using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Diffusion.Experiments.Storage;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Plugins;

/// <summary>
/// Tries plugins in processes of their own, where a constructor that overflows the stack or crashes natively takes nothing with it. Each DLL is tried once:
/// verdicts are kept by the content of the file.
/// </summary>
/// <param name="patience">How long a class may take.</param>
internal sealed class PluginProbe(TimeSpan patience)
{
    /// <summary>The command that a process is started with to try a plugin.</summary>
    public const string CommandName = "probe";

    /// <summary>Its option that names a class to pass over.</summary>
    public const string Without = "--without";

    /// <summary>What a plugin's start-up is called in messages.</summary>
    public const string StartUp = "start-up";

    // Beyond that, the DLL as a whole is a bad one.
    private const int MostBadTypes = 50;
    private const int SignalBase = 128;

    // Enough for the runtime to start on a busy machine.
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<int, string> Signals =
        new() { [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [9] = "SIGKILL", [11] = "SIGSEGV", [15] = "SIGTERM" };

    /// <summary>Where verdicts are kept: <c>$XDG_CACHE_HOME/diffusion-research/plugins</c>, by default in <c>~/.cache</c>.</summary>
    public static string Folder => Path.Combine(CacheFolder(), "diffusion-research", "plugins");

    /// <summary>The verdict on a DLL, from an earlier time or from trying it now.</summary>
    public PluginVerdict Judge(string dll)
    {
        string file = Path.Combine(Folder, $"{Key(dll)}.json");
        if (Read(file) is { } known)
            return known;
        PluginVerdict verdict = Try(dll);
        try
        {
            Directory.CreateDirectory(Folder);
            AtomicFile.WriteAllText(file, JsonSerializer.Serialize(verdict));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is tried anew next time.
        }

        return verdict;
    }

    private static string CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } stated)
            return stated;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : Path.Combine(home, ".cache");
    }

    // Another host may treat the same DLL otherwise.
    private string Key(string dll)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(dll));
        hash.AppendData(typeof(PluginProbe).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        hash.AppendData(typeof(ComponentAttribute).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        // Who gives constructors more time wants them tried again.
        hash.AppendData(BitConverter.GetBytes(patience.Ticks));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static PluginVerdict? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<PluginVerdict>(File.ReadAllText(file)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private PluginVerdict Try(string dll)
    {
        Dictionary<string, TypeVerdict> bad = [];
        while (bad.Count <= MostBadTypes)
        {
            (ProbeMessage? last, string? fault) = Run(dll, bad.Keys);
            if (fault is null)
                return new() { Types = bad };
            if (last is null)
                return new() { Refusal = $"loading it {fault}", Types = bad };
            bad[last.Type] = new(last.Title, $"{(last.Title.StartsWith(StartUp, StringComparison.Ordinal) ? "it" : "its constructor")} {fault}");
        }

        return new() { Refusal = $"more than {MostBadTypes} of its classes crash", Types = bad };
    }

    /// <returns>The class that was tried last, and what it did to the process; null for nothing.</returns>
    private (ProbeMessage? Last, string? Fault) Run(string dll, IEnumerable<string> without)
    {
        IReadOnlyList<string> command = HostProgram.Command;
        using Process process = new()
        {
            StartInfo = new(command[0], [.. command.Skip(1), CommandName, dll, .. without.SelectMany(type => new[] { Without, type })])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return (null, $"cannot be tried in a process of its own: {e.Message}");
        }

        using BlockingCollection<ProbeMessage> heard = [];
        bool overflowed = false;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null && ProbeMessage.Parse(line.Data) is { } message)
                heard.Add(message);
            else if (line.Data is null)
                heard.CompleteAdding();
        };
        process.ErrorDataReceived += (_, line) => overflowed |= line.Data?.StartsWith("Stack overflow", StringComparison.Ordinal) == true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        ProbeMessage? last = null;
        while (heard.TryTake(out ProbeMessage? message, last is null ? Start + patience : patience))
        {
            if (message.IsEnd)
            {
                Kill(process);
                return (last, null);
            }

            last = message;
        }

        bool isOver = heard.IsCompleted && process.WaitForExit(patience);
        if (!isOver)
        {
            Kill(process);
            return (last, FormattableString.Invariant($"does not return within {patience.TotalSeconds:0.#} s"));
        }

        // The readers are behind the process' end.
        process.WaitForExit();
        return (last, overflowed ? "overflows the stack" : $"ends the process with {Name(process.ExitCode)}");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended.
        }
    }

    private static string Name(int exitCode) =>
        exitCode > SignalBase ? Signals.GetValueOrDefault(exitCode - SignalBase, $"signal {exitCode - SignalBase}") : $"exit code {exitCode}";
}
