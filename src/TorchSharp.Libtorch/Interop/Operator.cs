using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>
/// One operator of libtorch, named by its schema (<c>aten::add</c>, overload <c>Tensor</c>) and looked up on first use,
/// so that a libtorch without it fails only where it is called. Arguments left out at the end take the schema's defaults.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int MaxArguments = 24;
    private const int MaxStackScratch = 16 * 1024;

    private nint _handle;

    /// <summary>Whether the libtorch at hand has the operator.</summary>
    public bool Exists => _handle != 0 || TryResolve();

    public override string ToString() => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>Calls an operator that returns one tensor.</summary>
    [SkipLocalsInit]
    public torch.Tensor Call(params ReadOnlySpan<Arg> args)
    {
        NativeArg result;
        Invoke(args, &result, 1);
        return Wrap(result.Pointer);
    }

    /// <summary>Calls an operator for its effect on its arguments; what it returns is let go.</summary>
    public void Run(params ReadOnlySpan<Arg> args) => Invoke(args, null, 0);

    /// <summary>Calls an operator that returns two tensors.</summary>
    [SkipLocalsInit]
    public (torch.Tensor First, torch.Tensor Second) CallTwo(params ReadOnlySpan<Arg> args)
    {
        NativeArg* results = stackalloc NativeArg[2];
        Invoke(args, results, 2);
        return (Wrap(results[0].Pointer), Wrap(results[1].Pointer));
    }

    /// <summary>Calls an operator that returns three tensors.</summary>
    [SkipLocalsInit]
    public (torch.Tensor First, torch.Tensor Second, torch.Tensor Third) CallThree(params ReadOnlySpan<Arg> args)
    {
        NativeArg* results = stackalloc NativeArg[3];
        Invoke(args, results, 3);
        return (Wrap(results[0].Pointer), Wrap(results[1].Pointer), Wrap(results[2].Pointer));
    }

    /// <summary>Calls an operator that returns four tensors.</summary>
    [SkipLocalsInit]
    public (torch.Tensor First, torch.Tensor Second, torch.Tensor Third, torch.Tensor Fourth) CallFour(
        params ReadOnlySpan<Arg> args)
    {
        NativeArg* results = stackalloc NativeArg[4];
        Invoke(args, results, 4);
        return (Wrap(results[0].Pointer), Wrap(results[1].Pointer), Wrap(results[2].Pointer), Wrap(results[3].Pointer));
    }

    /// <summary>Calls an operator that returns a list of tensors.</summary>
    [SkipLocalsInit]
    public torch.Tensor[] CallList(params ReadOnlySpan<Arg> args)
    {
        NativeArg result;
        Invoke(args, &result, 1);
        var tensors = new torch.Tensor[result.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = Wrap(((nint*)result.Pointer)[i]);
        return tensors;
    }

    /// <summary>Calls an operator that returns a bool.</summary>
    [SkipLocalsInit]
    public bool CallBool(params ReadOnlySpan<Arg> args)
    {
        NativeArg result;
        Invoke(args, &result, 1);
        return result.Bits != 0;
    }

    /// <summary>Calls an operator that returns a number.</summary>
    [SkipLocalsInit]
    public Scalar CallScalar(params ReadOnlySpan<Arg> args)
    {
        NativeArg result;
        Invoke(args, &result, 1);
        return new Scalar(result.Kind, result.Bits);
    }

    /// <summary>An operator may leave a result out: null, where the schema allows it.</summary>
    private static torch.Tensor Wrap(nint handle) => handle == 0 ? null! : new torch.Tensor(handle);

    [SkipLocalsInit]
    private void Invoke(ReadOnlySpan<Arg> args, NativeArg* results, int capacity)
    {
        nint handle = _handle;
        if (handle == 0)
            handle = Resolve();
        NativeArg* native = stackalloc NativeArg[MaxArguments];
        int scratch = 0;
        for (int i = 0; i < args.Length; i++)
        {
            native[i] = args[i].Native;
            scratch += args[i].ScratchBytes;
        }

        int given = scratch == 0
            ? NativeMethods.ts_call(handle, native, args.Length, results, capacity)
            : InvokeWithScratch(handle, args, native, scratch, results, capacity);
        foreach (ref readonly Arg arg in args)
            GC.KeepAlive(arg.Reference);
        if (given < 0)
            throw NativeError.Last();
    }

    [SkipLocalsInit]
    private static int InvokeWithScratch(
        nint handle, ReadOnlySpan<Arg> args, NativeArg* native, int bytes, NativeArg* results, int capacity)
    {
        byte* onHeap = bytes <= MaxStackScratch ? null : (byte*)NativeMemory.Alloc((nuint)bytes);
        byte* scratch = stackalloc byte[onHeap is null ? bytes : 0];
        try
        {
            byte* next = onHeap is null ? scratch : onHeap;
            for (int i = 0; i < args.Length; i++)
            {
                int needed = args[i].ScratchBytes;
                if (needed == 0)
                    continue;
                native[i] = args[i].WriteTo(next);
                next += needed;
            }

            return NativeMethods.ts_call(handle, native, args.Length, results, capacity);
        }
        finally
        {
            NativeMemory.Free(onHeap);
        }
    }

    private nint Resolve() => TryResolve() ? _handle : throw NativeError.Last();

    private bool TryResolve()
    {
        Engine.EnsureLoaded();
        _handle = NativeMethods.ts_find_operator(name, overload);
        return _handle != 0;
    }
}
