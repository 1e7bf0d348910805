namespace Diffusion.Build;

/// <summary>The folders of the clone that this program was built in.</summary>
/// <param name="Root">The folder with the solution.</param>
internal sealed record Clone(string Root)
{
    /// <summary>The solution with everything, tests and benchmarks included.</summary>
    public string Solution => Path.Combine(Root, "Diffusion.Research.sln");

    /// <summary>What the program needs to run: no tests, no benchmarks.</summary>
    public string Runtime => Path.Combine(Root, "eng", "Runtime.slnf");

    /// <summary>Build outputs.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The clone above this program.</summary>
    /// <exception cref="DirectoryNotFoundException">No folder above it holds the solution.</exception>
    public static Clone Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            Clone clone = new(folder.FullName);
            if (File.Exists(clone.Solution))
                return clone;
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Diffusion.Research.sln");
    }
}
