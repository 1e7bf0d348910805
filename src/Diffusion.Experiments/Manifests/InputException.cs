namespace Diffusion.Experiments.Manifests;

/// <summary>Something that the user gave is not usable. The message says what and where, and is all that the user needs to see.</summary>
public class InputException : Exception
{
    /// <param name="message">What is wrong, for the user.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is wrong, for the user.</param>
    /// <param name="inner">Where it was noticed.</param>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
