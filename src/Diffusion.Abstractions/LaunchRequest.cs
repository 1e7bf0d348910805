namespace Diffusion;

/// <summary>Work for a launcher.</summary>
public sealed record LaunchRequest
{
    /// <summary>The cells' identities, in the order in which they should start.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>The folder that holds the frozen plan and receives the records.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Runs one cell in this process, on the calling thread, and records its outcome. Safe to call from several threads.</summary>
    public required Action<string, CancellationToken> Execute { get; init; }
}
