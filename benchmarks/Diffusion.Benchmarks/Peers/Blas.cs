using System.Diagnostics;

namespace Diffusion.Benchmarks.Peers;

/// <summary>The library of linear algebra that a libtorch calls: the same loop costs differently over another one.</summary>
internal static class Blas
{
    private static readonly (string Name, byte[] Mark)[] Known =
    [
        ("MKL", [.. "Math Kernel Library Version"u8]), ("OpenBLAS", [.. "OpenBLAS"u8]), ("Accelerate", [.. "Accelerate.framework"u8]),
    ];

    /// <summary>By the libraries of this process: one of its own, or linked into libtorch.</summary>
    public static string OfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        string[] files = [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
        if (Array.Find(files, file => Path.GetFileName(file).Contains("openblas", StringComparison.OrdinalIgnoreCase)) is { } separate)
            return Path.GetFileName(separate);

        string? torch = Array.Find(files, file => Path.GetFileNameWithoutExtension(file).EndsWith("torch_cpu", StringComparison.Ordinal));
        return torch is null ? "unknown" : Known.FirstOrDefault(known => Holds(torch, known.Mark)).Name ?? "unknown";
    }

    private static bool Holds(string file, byte[] mark)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] buffer = new byte[1 << 22];
        int kept = 0;
        for (int read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            Span<byte> seen = buffer.AsSpan(0, kept + read);
            if (seen.IndexOf(mark) >= 0)
                return true;
            kept = Math.Min(mark.Length - 1, seen.Length);
            seen[^kept..].CopyTo(buffer);
        }

        return false;
    }
}
