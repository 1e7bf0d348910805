using Diffusion.Experiments.Manifests;

namespace Diffusion.Host.Running;

/// <summary>Finds out that a folder cannot be written before any work is done.</summary>
internal static class Writable
{
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static void Require(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".probe-{Guid.NewGuid():n}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"results folder '{folder}' cannot be written: {e.Message} Choose another with --results DIR.", e);
        }
    }
}
