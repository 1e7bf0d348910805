using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>What of a sampler's way is kept beside its samples. No sample depends on it.</summary>
public sealed record KeepSettings : IValidatableObject
{
    /// <summary>Times whose states are stored and measured.</summary>
    [OmittedAtDefault]
    [Range(0, double.PositiveInfinity)]
    [Description("Times whose states are stored, and measured against the exact law of the noisy data there: a number is the process's own time t, "
        + "{ \"sigma\": number } a noise scale sigma/alpha. The state is that at the level of the grid that is nearest in log(sigma/alpha).")]
    public IReadOnlyList<ProcessTime> Times { get; init; } = [];

    /// <summary>How many steps lie between states of the trajectories that are stored; null where these are not.</summary>
    [OmittedAtDefault]
    [Range(1, 1_000_000)]
    [Description("Stores the trajectories of all samples: the start, the state after every so many steps, and the end. They are not measured.")]
    public int? Every { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Times.Count == 0 && Every is null)
            yield return new ValidationResult("says nothing to keep: state times, every, or both");
        foreach (ProcessTime twice in Times.CountBy(time => time).Where(time => time.Value > 1).Select(time => time.Key))
            yield return new ValidationResult($"{twice} is stated twice", [nameof(Times)]);
    }
}
