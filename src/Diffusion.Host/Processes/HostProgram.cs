using System.Reflection;

namespace Diffusion.Host.Processes;

/// <summary>How this program is started again, for workers and for trying plugins.</summary>
internal static class HostProgram
{
    /// <summary>Program and first arguments.</summary>
    public static IReadOnlyList<string> Command
    {
        get
        {
            string assembly = typeof(HostProgram).Assembly.Location;
            string self = Environment.ProcessPath ?? "dotnet";
            // As an own executable the host is its process; under the dotnet command, and in another's process, it is a file for dotnet.
            if (Path.GetFileNameWithoutExtension(self) == "dotnet")
                return [self, assembly];
            return Assembly.GetEntryAssembly() == typeof(HostProgram).Assembly
                ? [self]
                : [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", assembly];
        }
    }
}
