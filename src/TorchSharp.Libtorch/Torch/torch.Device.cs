using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU, -1);

    public static readonly Device META = new(DeviceType.META, -1);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA => new(DeviceType.CUDA, -1);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>CUDA device number <paramref name="index"/>.</summary>
    public static Device device(int index) => new(index);

    /// <summary>A device tensors live on: a kind, and a number among its kind (-1: the current one).</summary>
    public class Device
    {
        /// <param name="description"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
        /// <exception cref="ArgumentException">The description names no device.</exception>
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0], description);
            index = parts.Length switch
            {
                1 => -1,
                2 when int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
                _ => throw new ArgumentException($"'{description}' is no device: expected a kind and a number, as in cuda:0."),
            };
        }

        public Device(string deviceType, int index = -1)
            : this(Parse(deviceType, deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
#pragma warning disable CA1308 // libtorch writes its devices in lower case
            string kind = type.ToString().ToLowerInvariant();
#pragma warning restore CA1308
            return index < 0 ? kind : $"{kind}:{index}";
        }

        internal static Device Of(DeviceType type, int index) =>
            type == DeviceType.CPU ? CPU : new Device(type, index);

        private static DeviceType Parse(string kind, string description) =>
            !int.TryParse(kind, out _) && Enum.TryParse(kind, ignoreCase: true, out DeviceType type)
                ? type
                : throw new ArgumentException($"'{description}' is no device: '{kind}' is not one of cpu, cuda, mps, meta.");
    }
}
