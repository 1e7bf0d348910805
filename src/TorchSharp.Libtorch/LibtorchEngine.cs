using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>
/// What this engine can tell of itself. Not part of TorchSharp's API: reached by reflection, where this assembly is the
/// one in use.
/// </summary>
public static class LibtorchEngine
{
    /// <summary>Engine, libtorch, BLAS and its kernel, devices and threads, in the order to show them.</summary>
    /// <exception cref="NotSupportedException">libtorch is missing or does not fit.</exception>
    public static IReadOnlyDictionary<string, string> Facts()
    {
        Engine.EnsureLoaded();
        string config = Text(NativeMethods.ts_show_config());
        var facts = new OrderedDictionary<string, string>
        {
            ["engine"] = "libtorch (TorchSharp.Libtorch)",
            ["version"] = $"libtorch {Text(NativeMethods.ts_version())}",
            ["libtorch"] = Text(NativeMethods.ts_libtorch_path()),
            ["blas"] = Blas(config),
            ["vector instructions"] = Line(config, "CPU capability usage:") ?? "unknown",
            ["devices"] = Devices(),
            ["threads"] = $"{NativeMethods.ts_threads()} in an operation, {NativeMethods.ts_interop_threads()} between operations",
            ["parallel back end"] = Line(Text(NativeMethods.ts_parallel_info()), "ATen parallel backend:") ?? "unknown",
        };
        return facts;
    }

    private static string Blas(string config)
    {
        string build = Text(NativeMethods.ts_openblas(0)), kernel = Text(NativeMethods.ts_openblas(1));
        if (build.Length > 0)
        {
            string forced = Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is { Length: > 0 } name
                ? $", forced by OPENBLAS_CORETYPE={name}"
                : "";
            return $"{build.Trim()}, kernel {kernel}{forced}";
        }

        return Line(config, "Intel(R) oneAPI Math Kernel Library") ?? Line(config, "Intel(R) Math Kernel Library")
            ?? "not OpenBLAS or MKL";
    }

    private static string Devices()
    {
        int cuda = torch.cuda.device_count();
        return cuda == 0 ? "cpu" : $"cpu, {cuda} cuda";
    }

    private static string? Line(string text, string start)
    {
        string? line = text.Split('\n').Select(line => line.Trim(' ', '-'))
            .FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        return line is null || start.StartsWith("Intel", StringComparison.Ordinal) ? line : line[start.Length..].Trim();
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";
}
