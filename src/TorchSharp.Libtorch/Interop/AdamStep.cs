using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What one step of Adam needs beside its tensors. Mirrors <c>AdamStep</c> in <c>Native/optim.cpp</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamStep
{
    public double LearningRate;
    public double Beta1;
    public double Beta2;
    public double Eps;
    public double WeightDecay;
    public double BiasCorrection1;
    public double BiasCorrection2;
    public int Decoupled;
    public int Maximize;
}
