using Microsoft.Extensions.Logging;

namespace ThirdParty.Plugin;

/// <summary>Something that belongs to one cell: made with it, disposed with it.</summary>
public sealed class CellNotes(TimeProvider clock, ILogger<CellNotes> logger) : IDisposable
{
    private readonly long _begun = clock.GetTimestamp();
    private int _notes;

    /// <summary>Takes a note.</summary>
    public void Add() => _notes++;

    /// <inheritdoc/>
    public void Dispose() => logger.LogInformation("The cell took {Notes} notes in {Seconds} s", _notes, clock.GetElapsedTime(_begun).TotalSeconds);
}
