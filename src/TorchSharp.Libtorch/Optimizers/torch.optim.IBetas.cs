namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Something with two decay rates of running means.</summary>
        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }
    }
}
