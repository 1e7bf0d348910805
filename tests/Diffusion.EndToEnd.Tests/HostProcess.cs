using System.Diagnostics;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Runs the built host as a user does: a process with arguments, files and exit code.</summary>
public static class HostProcess
{
    /// <summary>The host's assembly, built in the same configuration as these tests.</summary>
    public static string Assembly { get; } = Path.Combine(Repository.Root, "artifacts", "bin", "Diffusion.Host", Configuration, "Diffusion.Host.dll");

    private static string Configuration =>
#if DEBUG
        "debug";
#else
        "release";
#endif

    /// <summary>Starts the host; its output is collected.</summary>
    public static RunningHost Start(string workingDirectory, params string[] arguments) => Start(workingDirectory, new Dictionary<string, string>(), arguments);

    /// <summary>Starts the host with variables of the environment.</summary>
    public static RunningHost Start(string workingDirectory, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        // A shell ignores Ctrl-C for what it sends to the background, nohup ignores SIGHUP, and children inherit that; a user's terminal ignores neither.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP,QUIT,TERM", "dotnet", Assembly, .. arguments])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return new RunningHost(Process.Start(start)!);
    }

    /// <summary>Runs the host to its end.</summary>
    public static async Task<HostResult> RunAsync(string workingDirectory, params string[] arguments)
    {
        using RunningHost host = Start(workingDirectory, arguments);
        return await host.EndAsync();
    }

    /// <summary>Runs the host to its end with variables of the environment.</summary>
    public static async Task<HostResult> RunAsync(string workingDirectory, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        using RunningHost host = Start(workingDirectory, variables, arguments);
        return await host.EndAsync();
}
}
