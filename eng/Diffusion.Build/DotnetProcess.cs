using System.Diagnostics;

namespace Diffusion.Build;

/// <summary>A <c>dotnet</c> command whose output is read line by line while it runs.</summary>
internal static class DotnetProcess
{
    /// <summary>Runs the command to its end.</summary>
    /// <param name="root">The folder it runs in.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="line">Called with each line of standard output and standard error, one at a time.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string root, IEnumerable<string> arguments, Action<string> line)
    {
        ProcessStartInfo start =
            new(Environment.ProcessPath!, arguments) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = new() { StartInfo = start };
        Lock one = new();
        void Take(string? text)
        {
            if (text is null)
                return;
            lock (one)
                line(text);
        }

        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }
}
