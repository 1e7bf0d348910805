namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            /// <summary>Whether an initialisation keeps the variance of the forward or of the backward pass.</summary>
            public enum FanInOut
            {
                FanIn,
                FanOut,
            }
        }
    }
}
