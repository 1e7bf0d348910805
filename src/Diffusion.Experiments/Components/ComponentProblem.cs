namespace Diffusion.Experiments.Components;

/// <summary>Why a plugin, or a component of it, is not usable. The rest goes on without it.</summary>
/// <param name="Source">The file or type at fault.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ComponentProblem(string Source, string Message)
{
    /// <summary>"source: message".</summary>
    public override string ToString() => $"{Source}: {Message}";
}
