using System.IO.Enumeration;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>What a build leaves on the disk: libtorch once, and plugins without it.</summary>
public sealed class BuiltFilesTests
{
    private const long Megabyte = 1 << 20;
    private static readonly string Artifacts = Path.Combine(Repository.Root, "artifacts");

    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    private static FileSystemEnumerable<(string Path, long Length)> Files(string folder) =>
        new(folder, static (ref FileSystemEntry entry) => (entry.ToFullPath(), entry.Length), All)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
        };

    private static bool IsTorch(string path) =>
        Path.GetFileName(path) is { } name && (name.Contains("torch_cpu", StringComparison.Ordinal)
            || name.Contains("LibTorchSharp", StringComparison.Ordinal)
            || name.Contains("libtorch", StringComparison.Ordinal));

    [Fact]
    public void Libtorch_lies_in_the_shared_folder_alone()
    {
        string shared = Path.Combine(Artifacts, "torch") + Path.DirectorySeparatorChar;
        // Published programs and packages hold libtorch of their own; a build makes neither.
        string[] torch = [.. new[] { "bin", "plugins", "torch" }.SelectMany(folder => Files(Path.Combine(Artifacts, folder)))
            .Select(file => file.Path)
            .Where(IsTorch)
            .Where(path => Path.GetExtension(path) is ".so" or ".dll" or ".dylib")];
        Assert.NotEmpty(torch);
        Assert.All(torch, path => Assert.StartsWith(shared, path, StringComparison.Ordinal));
    }

    [Fact]
    public void All_plugin_folders_together_take_less_than_30_megabytes() =>
        Assert.InRange(
            Files(Path.Combine(Artifacts, "plugins", Path.GetFileName(Path.GetDirectoryName(HostProcess.Assembly))!)).Sum(file => file.Length),
            1,
            30 * Megabyte);

    [Fact]
    public void A_built_clone_takes_less_than_three_gigabytes() =>
        Assert.InRange(Files(Repository.Root).Sum(file => file.Length), 1, 3000 * Megabyte);
}
