using System.Globalization;

namespace Diffusion;

/// <summary>What a worker process says on its output, a line each. Lines that are none (a plugin that prints) are chatter.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Task">The task that it is about; "" when about none.</param>
/// <param name="Memory">Resident memory of the worker, bytes.</param>
/// <param name="Progress">How far the task is, where that is what it says.</param>
public sealed record WorkerMessage(WorkerMessageKind Kind, string Task = "", long Memory = 0, TaskProgress? Progress = null)
{
    /// <summary>
    /// What each begins with: RFC 7464's record separator, which no text that a plugin prints holds. Text without an end of line may stand ahead of it.
    /// </summary>
    public const char Mark = '\u001e';

    /// <summary>The line, without its end.</summary>
    public string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{Mark}{Kind} {Memory} {Progress?.Step ?? 0} {Progress?.Steps ?? 0} {Progress?.Loss ?? 0:R} {Task}");

    /// <summary>Reads a line; null when it is none of these.</summary>
    public static WorkerMessage? Parse(string line)
    {
        if (line.Length == 0
            || line[0] != Mark
            || line[1..].Split(' ', 6) is not [string kindText, string memoryText, string stepText, string stepsText, string lossText, string task])
            return null;
        if (!Enum.TryParse(kindText, out WorkerMessageKind kind)
            || !long.TryParse(memoryText, CultureInfo.InvariantCulture, out long memory)
            || !int.TryParse(stepText, CultureInfo.InvariantCulture, out int step)
            || !int.TryParse(stepsText, CultureInfo.InvariantCulture, out int steps)
            || !double.TryParse(lossText, CultureInfo.InvariantCulture, out double loss))
            return null;
        return new(kind, task, memory, kind == WorkerMessageKind.Progress ? new(task, step, steps, loss) : null);
    }
}
