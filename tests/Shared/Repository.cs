namespace Diffusion.Tests.Shared;

/// <summary>The checkout that these tests stand in.</summary>
internal static class Repository
{
    /// <summary>Full path of its root.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Diffusion.Research.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not stand in a checkout of the repository.");
    }
}
