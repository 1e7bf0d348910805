namespace Diffusion.Tests.Torch;

/// <summary>Runs an action on a fresh thread and lets its failure through.</summary>
internal static class OtherThread
{
    public static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
#pragma warning disable CA1031 // handed on below
            catch (Exception error)
#pragma warning restore CA1031
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}
