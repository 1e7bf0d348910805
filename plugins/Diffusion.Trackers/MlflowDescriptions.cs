using MLflow;

namespace Diffusion.Trackers;

/// <summary>What MLflow has tags of its own for.</summary>
internal static class MlflowDescriptions
{
    // Of a program that a user runs, as against a job of a scheduler or a notebook.
    private const string SourceType = "LOCAL";

    /// <summary>A description whose note and origin are tags under MLflow's names, as its UI looks for them. Tags that are stated are kept.</summary>
    public static TrackedRunDescription WithTags(TrackedRunDescription description)
    {
        (string Key, string? Value)[] known =
        [
            (MlflowTags.NoteContent, description.Note),
            (MlflowTags.User, description.Origin?.User),
            (MlflowTags.SourceName, description.Origin?.Program),
            (MlflowTags.SourceType, description.Origin?.Program is null ? null : SourceType),
            (MlflowTags.GitCommit, description.Origin?.Commit),
        ];
        Dictionary<string, string> tags = new(description.Tags);
        foreach ((string key, string? value) in known)
        {
            if (value is not null)
                tags.TryAdd(key, value);
        }

        return description with { Tags = tags, Note = null, Origin = null };
    }
}
