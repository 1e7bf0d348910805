namespace Diffusion.Host.Diagnosis;

/// <summary>Something about this machine or the settings that a user should know.</summary>
/// <param name="Severity">Whether anything can run in spite of it.</param>
/// <param name="Text">What it is, and what to do.</param>
internal sealed record Finding(Severity Severity, string Text);
