using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Finds and loads the shim, and with it libtorch, once per process.</summary>
internal static class Engine
{
    internal const string Library = "torchsharp_shim";
    private const string FileName = "libtorchsharp_shim.so";

    private static readonly Lazy<nint> Shim = new(Load);

    /// <summary>
    /// Loads libtorch if it is not loaded yet. Every native call is preceded by this, directly or through an operator's lookup.
    /// </summary>
    /// <exception cref="NotSupportedException">The shim or the libtorch it was built against is missing or does not fit.</exception>
    public static void EnsureLoaded() => _ = Shim.Value;

    private static nint Load()
    {
        string assembly = typeof(Engine).Assembly.Location;
        string path = Path.Combine(assembly.Length > 0 ? Path.GetDirectoryName(assembly)! : AppContext.BaseDirectory, FileName);
        nint shim;
        try
        {
            shim = NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NotSupportedException(
                $"libtorch could not be loaded through '{path}': {FirstReason(error)}. "
                + "Install libtorch (Debian: apt install libtorch-dev; or pip install torch; or unpack libtorch and set LIBTORCH to its folder) and build again.",
                error);
        }

        NativeLibrary.SetDllImportResolver(typeof(Engine).Assembly, (name, _, _) => name == Library ? shim : 0);
        NativeMethods.ts_initialize();
        return shim;
    }

    private static string FirstReason(Exception error)
    {
        // The runtime lists every path it tried; the loader's own reason for ours is what helps.
        string? reason = error.Message.Split('\n')
            .Select(line => line.Trim())
            .FirstOrDefault(line => line.Contains(".so", StringComparison.Ordinal) && line.Contains(": ", StringComparison.Ordinal));
        return (reason ?? error.Message.Split('\n')[0]).TrimEnd('.');
    }
}
