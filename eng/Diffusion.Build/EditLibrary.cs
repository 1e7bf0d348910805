namespace Diffusion.Build;

/// <summary>Copies TorchSharp's native library without the requirement that older systems cannot meet.</summary>
internal static class EditLibrary
{
    /// <summary>Writes the edited copy whole or not at all; a library without the requirement is copied as it is.</summary>
    /// <param name="source">The library of the package. It is only read.</param>
    /// <param name="target">The file to write.</param>
    /// <returns>The exit code: 0, or 2 with a line on standard error.</returns>
    public static int Run(string source, string target)
    {
        try
        {
            byte[] image = File.ReadAllBytes(source);
            CxxRuntimeRequirement.Remove(image);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            string partial = $"{target}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(partial, image);
            File.Move(partial, target, overwrite: true);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine($"{source}: {e.Message}");
            return 2;
        }
    }
}
