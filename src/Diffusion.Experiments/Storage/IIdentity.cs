namespace Diffusion.Experiments.Storage;

/// <summary>What names one thing and is a text in files.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IIdentity<TSelf>
    where TSelf : IIdentity<TSelf>
{
    /// <summary>The identity that a text is, as files have it.</summary>
    static abstract TSelf Parse(string text);
}
