using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("Diffusion.Tests")]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

namespace TorchSharp.Interop;

/// <summary>
/// The shim's exports (<c>Native/*.cpp</c>). Getters suppress the GC transition; whatever can run long must not.
/// </summary>

internal static unsafe partial class NativeMethods
{
    private const string Shim = Engine.Library;

    [LibraryImport(Shim)]
    internal static partial nint ts_last_error();

    [LibraryImport(Shim)]
    internal static partial void ts_initialize();

    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_find_operator(string name, string overload);

    [LibraryImport(Shim)]
    internal static partial int ts_call(nint op, NativeArg* args, int count, NativeArg* results, int capacity);

    [LibraryImport(Shim)]
    internal static partial void ts_tensor_free(nint tensor);

    [LibraryImport(Shim)]
    internal static partial nint ts_tensor_alias(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long ts_tensor_dim(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long ts_tensor_numel(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_dtype(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long ts_tensor_itemsize(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_device_type(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_device_index(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long ts_tensor_storage_offset(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_is_contiguous(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_requires_grad(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_tensor_is_leaf(nint tensor);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_sizes(nint tensor, long* into);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_strides(nint tensor, long* into);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_data(nint tensor, void** into);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_set_requires_grad(nint tensor, int value);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_retain_grad(nint tensor);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_grad(nint tensor, nint* into);

    [LibraryImport(Shim)]
    internal static partial int ts_tensor_set_grad(nint tensor, nint grad);

    [LibraryImport(Shim)]
    internal static partial int ts_backward(
        nint* tensors, int count, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);

    [LibraryImport(Shim)]
    internal static partial int ts_grad(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount, int retainGraph,
        int createGraph, int allowUnused, nint* results);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_grad_enabled();

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial void ts_set_grad_enabled(int value);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int ts_inference_enabled();

    [LibraryImport(Shim)]
    internal static partial nint ts_inference_enter(int value);

    [LibraryImport(Shim)]
    internal static partial void ts_inference_leave(nint guard);

    [LibraryImport(Shim)]
    internal static partial int ts_default_dtype();

    [LibraryImport(Shim)]
    internal static partial int ts_set_default_dtype(int type);

    [LibraryImport(Shim)]
    internal static partial nint ts_generator_default(int deviceType, int index);

    [LibraryImport(Shim)]
    internal static partial nint ts_generator_new(int deviceType, int index, ulong seed);

    [LibraryImport(Shim)]
    internal static partial void ts_generator_free(nint generator);

    [LibraryImport(Shim)]
    internal static partial int ts_generator_manual_seed(nint generator, ulong seed);

    [LibraryImport(Shim)]
    internal static partial long ts_generator_initial_seed(nint generator);

    [LibraryImport(Shim)]
    internal static partial long ts_generator_seed(nint generator);

    [LibraryImport(Shim)]
    internal static partial nint ts_generator_state(nint generator);

    [LibraryImport(Shim)]
    internal static partial int ts_generator_set_state(nint generator, nint state);

    [LibraryImport(Shim)]
    internal static partial int ts_manual_seed(ulong seed);

    [LibraryImport(Shim)]
    internal static partial int ts_threads();

    [LibraryImport(Shim)]
    internal static partial int ts_interop_threads();

    [LibraryImport(Shim)]
    internal static partial int ts_set_threads(int count);

    [LibraryImport(Shim)]
    internal static partial int ts_set_interop_threads(int count);

    [LibraryImport(Shim)]
    internal static partial int ts_device_count(int deviceType);

    [LibraryImport(Shim)]
    internal static partial int ts_has_cudnn();

    [LibraryImport(Shim)]
    internal static partial int ts_synchronize(int deviceType, int index);

    [LibraryImport(Shim)]
    internal static partial int ts_adam(
        nint param, nint grad, nint mean, nint square, nint largest, AdamStep* step);

    [LibraryImport(Shim)]
    internal static partial int ts_deterministic();

    [LibraryImport(Shim)]
    internal static partial int ts_set_deterministic(int mode, int warnOnly);

    [LibraryImport(Shim)]
    internal static partial nint ts_version();

    [LibraryImport(Shim)]
    internal static partial nint ts_libtorch_path();

    [LibraryImport(Shim)]
    internal static partial nint ts_show_config();

    [LibraryImport(Shim)]
    internal static partial nint ts_parallel_info();

    [LibraryImport(Shim)]
    internal static partial nint ts_openblas(int wantCoreName);
}
