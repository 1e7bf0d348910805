using System.Runtime.CompilerServices;
using Diffusion.Natives;

namespace Diffusion.Benchmarks;

/// <summary>Loads libtorch before anything else runs, also in the processes that BenchmarkDotNet starts.</summary>
internal static class TorchSetup
{
    [ModuleInitializer]
    public static void Load() => TorchNatives.Load();
}
