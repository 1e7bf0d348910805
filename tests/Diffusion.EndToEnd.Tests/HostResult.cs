namespace Diffusion.EndToEnd.Tests;

/// <summary>What a process left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record HostResult(int ExitCode, string Output, string Error);
