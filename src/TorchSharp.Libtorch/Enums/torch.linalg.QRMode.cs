namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        /// <summary>Which parts of a QR decomposition are computed.</summary>
        public enum QRMode
        {
            Reduced,
            Complete,
            R,
        }
    }
}
