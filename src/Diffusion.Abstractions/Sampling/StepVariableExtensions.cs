namespace Diffusion;

/// <summary>From levels to a variable's values and back.</summary>
public static class StepVariableExtensions
{
    /// <summary>The variable's value at a level.</summary>
    public static double Place(this StepVariable variable, NoiseLevel level) => variable switch
    {
        StepVariable.Time => level.T,
        StepVariable.HalfLogSnr => level.HalfLogSnr,
        _ => level.NoiseToSignal,
    };

    /// <summary>The level of <paramref name="schedule"/> at a value of the variable.</summary>
    public static NoiseLevel Level(this StepVariable variable, NoiseSchedule schedule, double place) => variable switch
    {
        StepVariable.Time => schedule.At(place),
        StepVariable.HalfLogSnr => schedule.AtHalfLogSnr(place),
        _ => schedule.AtHalfLogSnr(-Math.Log(place)),
    };
}
