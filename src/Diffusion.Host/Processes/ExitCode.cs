namespace Diffusion.Host.Processes;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The work was done, but some cells failed or diverged.</summary>
    public const int CellsFailed = 1;

    /// <summary>The work was done, but what a manifest or a component claims does not hold.</summary>
    public const int ClaimsFailed = 1;

    /// <summary>The tracking store has not taken everything.</summary>
    public const int Unsent = 1;

    /// <summary>Something that was computed again is not the same to the last bit.</summary>
    public const int NotIdentical = 1;

    /// <summary>Something that the user gave is not usable.</summary>
    public const int BadInput = 2;

    /// <summary>A defect of the program (sysexits' EX_SOFTWARE).</summary>
    public const int Defect = 70;

    /// <summary>A task needs what another has not made yet; it may be tried again later (sysexits' EX_TEMPFAIL).</summary>
    public const int NotReady = 75;

    /// <summary>Stopped by Ctrl-C or a signal.</summary>
    public const int Cancelled = 130;
}
