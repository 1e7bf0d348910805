namespace Diffusion.Experiments.Running;

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>Sampled and measured.</summary>
    Done,

    /// <summary>The state left every plausible scale or stopped being finite: a result about the solver.</summary>
    Diverged,

    /// <summary>An error.</summary>
    Failed,
}
