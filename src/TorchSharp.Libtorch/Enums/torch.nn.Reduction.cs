namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What a loss does with its values over the batch.</summary>
        public enum Reduction
        {
            None,
            Mean,
            Sum,
        }
    }
}
