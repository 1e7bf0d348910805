namespace Diffusion;

/// <summary>The tasks of a run cannot be carried out at all: workers that do not start, a disk that takes no record, a scheduler that refuses.</summary>
/// <param name="message">What is wrong, for the user.</param>
/// <param name="cause">Where it was noticed; null where that says no more.</param>
public sealed class LaunchException(string message, Exception? cause = null) : Exception(message, cause);
