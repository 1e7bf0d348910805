using Diffusion.Experiments.Planning;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Forecasting;

/// <summary>Processor time of this process, which other programs do not change as they do wall time: what work takes that one thread does.</summary>
internal sealed class ProcessorClock : TimeProvider
{
    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks;

    /// <summary>The clock for work of an experiment: wall time where several threads do it, or a device that the processor waits for.</summary>
    public static TimeProvider For(Experiment experiment) =>
        get_num_threads() == 1 && experiment.Device.StartsWith("cpu", StringComparison.Ordinal) ? new ProcessorClock() : System;
}
