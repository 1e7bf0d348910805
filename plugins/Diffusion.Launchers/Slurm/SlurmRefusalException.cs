namespace Diffusion.Launchers.Slurm;

/// <summary>Slurm did not do what it was asked for.</summary>
internal sealed class SlurmRefusalException(string words) : InvalidOperationException(words)
{
    private static readonly string[] PassingWords =
    [
        "Unable to contact", "timed out", "temporarily", "MaxSubmitJob", "Connection refused", "try again", "no answer", "did not answer",
    ];

    /// <summary>Whether the same may go well later: a controller that is away, or a limit to the number of jobs that others of the user have used up.</summary>
    public bool MayPass => PassingWords.Any(words => Message.Contains(words, StringComparison.OrdinalIgnoreCase));
}
