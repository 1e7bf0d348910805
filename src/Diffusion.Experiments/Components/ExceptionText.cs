using System.Runtime.InteropServices;

namespace Diffusion.Experiments.Components;

/// <summary>What of an exception is shown to people. Logs keep the whole.</summary>
public static class ExceptionText
{
    /// <summary>The first line that says something. libtorch's messages go on with a page of C++ frames.</summary>
    public static string FirstLine(Exception e) =>
        e.Message.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? e.GetType().Name;

    /// <summary>
    /// A refusal as components mean it to be read. The framework appends the name of a parameter, which means nothing to who wrote the manifest.
    /// </summary>
    public static string OfRefusal(ArgumentException e) =>
        e.ParamName is { } name ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;

    /// <summary>The first line of what libtorch says; the whole message of any other exception.</summary>
    public static string WithoutNativeFrames(Exception e) => e is ExternalException ? FirstLine(e) : e.Message;
}
