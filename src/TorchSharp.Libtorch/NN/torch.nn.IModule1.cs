namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What can be called with one input, as a module is.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }
    }
}
