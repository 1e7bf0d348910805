using System.Runtime.CompilerServices;
using Diffusion.Natives;

namespace Diffusion.Tests.Shared;

/// <summary>Loads libtorch before the first test, with one thread: tests run beside each other.</summary>
internal static class TorchSetup
{
    [ModuleInitializer]
    public static void Load() => TorchNatives.Load();
}
