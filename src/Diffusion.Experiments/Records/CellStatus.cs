namespace Diffusion.Experiments.Records;

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>Sampled and measured.</summary>
    Done,

    /// <summary>The state left every plausible scale or stopped being finite: a result about the solver.</summary>
    Diverged,

    /// <summary>An error.</summary>
    Failed,

    /// <summary>Its parts do not fit together (a method in λ on a path that starts at α = 0, say): there was nothing to run.</summary>
    NotApplicable,
}
