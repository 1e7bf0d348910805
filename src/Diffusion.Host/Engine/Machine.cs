using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Diffusion.Host.Engine;

/// <summary>Facts about the hardware, as the operating system tells them.</summary>
internal static class Machine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The processor's model; its architecture where the system does not tell.</summary>
    public static string Processor => Line("/proc/cpuinfo", "model name") ?? $"{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant();

    /// <summary>Memory that this process can use, which a container may limit.</summary>
    public static string Memory => string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:f1} GB");

    /// <summary>Names of the graphics processors with their drivers; none where NVIDIA's tool is not there.</summary>
    public static IReadOnlyList<string> Gpus
    {
        get
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-gpu=name,driver_version,memory.total --format=csv,noheader")
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
                Task<string> output = process.StandardOutput.ReadToEndAsync();
                // A driver in trouble can make it hang.
                if (!process.WaitForExit(Patience))
                {
                    process.Kill();
                    return [];
                }

                return process.ExitCode == 0 ? output.Result.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
            }
            catch (Win32Exception)
            {
                return [];
            }
        }
    }

    private static string? Line(string file, string name)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
