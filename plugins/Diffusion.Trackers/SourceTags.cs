using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>The tags by which MLflow's UI says who ran what, for a caller that does not say so itself.</summary>
internal static class SourceTags
{
    public static IReadOnlyDictionary<string, string> Find()
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [MlflowTags.User] = Environment.UserName,
            [MlflowTags.SourceName] = Assembly.GetEntryAssembly()?.GetName().Name ?? "dotnet",
            [MlflowTags.SourceType] = "LOCAL",
        };
        if (GitCommit() is { } commit)
            tags[MlflowTags.GitCommit] = commit;
        return tags;
    }

    /// <summary>The commit checked out in the current folder; null without git or outside a repository.</summary>
    private static string? GitCommit()
    {
        var start = new ProcessStartInfo("git", ["rev-parse", "HEAD"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using Process git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            string commit = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 && commit.Length > 0 ? commit : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
