using System.Globalization;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Planning;

/// <summary>Whether this machine, with the libtorch at hand, has a device that a manifest names.</summary>
internal static class DeviceCheck
{
    /// <summary>Why the device cannot be used; null when it can.</summary>
    /// <param name="device">cpu, mps, cuda or cuda:N.</param>
    public static string? Problem(string device)
    {
        string[] parts = device.Split(':');
        switch (parts[0])
        {
            case "cuda":
                int index = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
                int count = cuda.is_available() ? cuda.device_count() : 0;
                return index < count ? null
                    : count == 0 ? $"'{device}': this torch has {Available()}"
                    : $"'{device}': this machine has cuda:0 to cuda:{count - 1}";
            case "mps":
                return mps_is_available() ? null : $"'{device}': this torch has {Available()}";
            default:
                return null;
        }
    }

    private static string Available() =>
        (cuda.is_available(), mps_is_available()) switch
        {
            (true, _) => "cpu and cuda only",
            (_, true) => "cpu and mps only",
            _ => "cpu only",
        };
}
