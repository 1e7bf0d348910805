using System.Reflection;
using Diffusion.Natives;
using TorchSharp;

namespace Diffusion.Host.Engine;

/// <summary>Facts about the tensor library at work.</summary>
internal static class TorchEngine
{
    /// <summary>Name → value: versions, devices, threads, folder, and whether the edited library was needed.</summary>
    /// <exception cref="TorchUnavailableException">libtorch is not there, or this system cannot load it.</exception>
    public static IReadOnlyDictionary<string, string> Facts() => new Dictionary<string, string>
    {
        ["package"] = $"TorchSharp {typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}",
        ["version"] = $"libtorch {torch.__version__}",
        ["threads"] = $"{torch.get_num_threads()}",
        ["devices"] = Devices(),
        ["folder"] = TorchNatives.Folder(),
        ["C++ runtime"] = TorchNatives.NeedsEditedLibrary ? "older than GCC 13's: the edited copy of libLibTorchSharp.so was needed" : "as the package expects",
    };

    private static string Devices() =>
        torch.cuda.is_available() ? $"cpu, {torch.cuda.device_count()} × cuda" : torch.mps_is_available() ? "cpu, mps" : "cpu";
}
