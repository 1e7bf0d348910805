namespace Diffusion.Reporting.Writing;

/// <summary>How much of a sweep a report holds, so that it opens at once and travels by mail. With the charts' script, a report stays under 6 MB.</summary>
internal sealed record ReportLimits
{
    /// <summary>The numbers, bytes; metrics beyond it are left out, the last ones first.</summary>
    public long DataBytes { get; init; } = 3_600_000;

    /// <summary>Points of pictures, bytes.</summary>
    public long PictureBytes { get; init; } = 900_000;

    /// <summary>Pictures of samples.</summary>
    public int Pictures { get; init; } = 600;

    /// <summary>Points of a picture, where there are few pictures.</summary>
    public int MostPoints { get; init; } = 400;

    /// <summary>Points of a picture, where there are many.</summary>
    public int LeastPoints { get; init; } = 100;

    /// <summary>Points of the data behind them.</summary>
    public int ReferencePoints { get; init; } = 400;

    /// <summary>Metrics of which every cell's value is held.</summary>
    public int CellMetrics { get; init; } = 6;

    /// <summary>Pairs of which the difference is held, not the verdict alone.</summary>
    public int Pairs { get; init; } = 12_000;

    /// <summary>Trained models.</summary>
    public int Models { get; init; } = 40;
}
