using System.Diagnostics;

namespace Diffusion.Experiments.Forecasting;

/// <summary>
/// Lets the runtime compile code a second time, to be fast: it does so with what has been called often, when nothing new has been compiled for a tenth of a
/// second. A run has such code after its first cells, and a plan would time the slow one.
/// </summary>
internal static class SecondCompilation
{
    // As many as make the runtime call something used often.
    private const int Calls = 40;

    // What takes long calls its own parts often.
    private const int FewestCalls = 3;
    private static readonly TimeSpan Calling = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Compiling = TimeSpan.FromSeconds(0.2);

    /// <summary>Does a small piece of work often, and waits for the compiler.</summary>
    public static void Await(Action work)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int call = 0; call < Calls && (call < FewestCalls || Stopwatch.GetElapsedTime(begin) < Calling); call++)
            work();
        Thread.Sleep(Compiling);
    }
}
