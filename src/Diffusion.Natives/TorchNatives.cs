using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Diffusion.Natives;

/// <summary>Finds libtorch and loads it. Every executable calls <see cref="Load"/> before its first use of torch.</summary>
public static class TorchNatives
{
    private static readonly Lazy<string> Loaded = new(LoadOnce);
    private static int _registered;

    /// <summary>
    /// Tells the runtime where libtorch lies, without loading it: a use of torch before <see cref="Load"/> then finds it, with libtorch's own number of
    /// threads. Costs nothing where torch is not used.
    /// </summary>
    public static void RegisterFolder()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0)
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name is "torch_cpu" or "torch_cuda" or "LibTorchSharp" ? Resolve(name) : 0;
    }

    /// <summary>Loads libtorch, once a process, and sets how many threads it uses.</summary>
    /// <param name="threads">Threads within one operation, at least 1.</param>
    /// <returns>The folder that libtorch was loaded from.</returns>
    /// <exception cref="TorchUnavailableException">libtorch is not there, or this system cannot load it.</exception>
    public static string Load(int threads = 1)
    {
        string folder = Loaded.Value;
        torch.set_num_threads(threads);
        return folder;
    }

    /// <summary>
    /// Whether this system's C++ runtime lacks what the package's native library asks for, so that the edited copy of it is needed
    /// (<c>docs/adr/0008</c>). Always false outside Linux.
    /// </summary>
    public static bool NeedsEditedLibrary =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libstdc++.so.6", out nint runtime) && !NativeLibrary.TryGetExport(
            runtime, "_ZSt21ios_base_library_initv", out _);

    /// <summary>The folder with libtorch: <c>torch</c> beside a published program, else the one that the build prepared.</summary>
    /// <exception cref="TorchUnavailableException">There is neither.</exception>
    public static string Folder()
    {
        string published = Path.Combine(AppContext.BaseDirectory, "torch");
        if (Directory.Exists(published))
            return published;

        string built =
            typeof(TorchNatives).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "TorchFolder").Value!;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "artifacts", "torch", built);
            if (Directory.Exists(candidate))
                return candidate;
        }

        string noted = Path.Combine(AppContext.BaseDirectory, "torch-folder.txt");
        return File.Exists(noted) && File.ReadAllText(noted).Trim() is { } path && Directory.Exists(path)
            ? path
            : throw new TorchUnavailableException(
                $"libtorch is missing: neither '{published}' nor a folder 'artifacts/torch/{built}' above '{AppContext.BaseDirectory}' exists. "
                    + "Build again with ./diffusion setup.");
    }

    private static string LoadOnce()
    {
        string folder = Folder();
        RegisterFolder();
        try
        {
            // The package tries the same names again and finds them loaded. Trying here first keeps the system's reason, which it drops.
            NativeLibrary.Load(Path.Combine(folder, FileName("torch_cpu")));
            NativeLibrary.Load(Path.Combine(folder, FileName("LibTorchSharp")));
            // Nothing here runs operations beside each other, and libtorch takes this number only before its first operation.
            torch.set_num_interop_threads(1);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or TypeInitializationException or NotSupportedException)
        {
            throw new TorchUnavailableException($"libtorch in '{folder}' cannot be loaded: {FirstLine(e.GetBaseException().Message)}", e);
        }

        return folder;
    }

    private static nint Resolve(string name)
    {
        string file = Path.Combine(Folder(), FileName(name));
        return File.Exists(file) && NativeLibrary.TryLoad(file, out nint library) ? library : 0;
    }

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r', ' ');
}
