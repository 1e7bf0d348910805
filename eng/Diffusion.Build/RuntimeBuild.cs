namespace Diffusion.Build;

/// <summary>Builds the program and its plugins when their sources have changed.</summary>
/// <param name="clone">The clone.</param>
internal sealed class RuntimeBuild(Clone clone)
{
    private static readonly string[] SourceFolders = ["src", "plugins", "eng"];

    private string Stamp => Path.Combine(clone.Artifacts, "built");

    /// <summary>Whether nothing has changed since the last build that succeeded.</summary>
    public bool IsCurrent
    {
        get
        {
            if (!File.Exists(Stamp))
                return false;
            DateTime built = File.GetLastWriteTimeUtc(Stamp);
            return Sources().All(file => File.GetLastWriteTimeUtc(file) <= built);
        }
    }

    /// <summary>Builds.</summary>
    /// <returns>0, or 2 after the reason was written to standard error.</returns>
    public int Run()
    {
        try
        {
            // The stamp carries the time of the start: what is edited during the build is newer.
            Directory.CreateDirectory(clone.Artifacts);
            string building = $"{Stamp}.{Environment.ProcessId}";
            File.WriteAllText(building, "");
            int code = ProjectBuild.Run(clone, clone.Runtime, "-p:RunAnalyzers=false");
            if (code == 0)
                File.Move(building, Stamp, overwrite: true);
            else
                File.Delete(building);
            return code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"diffusion: the build cannot write in '{clone.Artifacts}': {e.Message}");
            return 2;
        }
    }

    private IEnumerable<string> Sources() =>
        SourceFolders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(clone.Root, folder), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(clone.Root, "*.props"))
            .Concat(Directory.EnumerateFiles(clone.Root, "*.sln"))
            .Append(Path.Combine(clone.Root, "global.json"));
}
