// What is not an operator: tensor facts and lifetime, autograd, grad mode, generators, threads, devices.
#define AT_PER_OPERATOR_HEADERS
#define TS_NEEDS_TORCH
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <dlfcn.h>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Impl = c10::TensorImpl;
using ImplPtr = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

at::Tensor borrow(Impl* handle) { return handle == nullptr ? at::Tensor() : at::Tensor(ImplPtr::reclaim_copy(handle)); }

Impl* release(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

std::vector<at::Tensor> borrow(Impl** handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
  return tensors;
}

// Negative means unset: as in PyTorch, the graph is kept exactly when a graph of the gradient is asked for.
bool retain(int32_t retain_graph, int32_t create_graph) {
  return retain_graph < 0 ? create_graph != 0 : retain_graph != 0;
}

thread_local std::string answer;

}  // namespace

TS_API void ts_tensor_free(Impl* handle) { ImplPtr::reclaim(handle); }
TS_API int64_t ts_tensor_use_count(Impl* handle) { return borrow(handle).use_count() - 1; }
TS_API Impl* ts_tensor_alias(Impl* handle) { return release(borrow(handle)); }

TS_API int64_t ts_tensor_dim(Impl* handle) { return handle->dim(); }
TS_API int64_t ts_tensor_numel(Impl* handle) { return handle->numel(); }
TS_API int32_t ts_tensor_dtype(Impl* handle) { return static_cast<int32_t>(c10::typeMetaToScalarType(handle->dtype())); }
TS_API int64_t ts_tensor_itemsize(Impl* handle) { return static_cast<int64_t>(handle->itemsize()); }
TS_API int32_t ts_tensor_device_type(Impl* handle) { return static_cast<int32_t>(handle->device().type()); }
TS_API int32_t ts_tensor_device_index(Impl* handle) { return handle->device().index(); }
TS_API int64_t ts_tensor_storage_offset(Impl* handle) { return handle->storage_offset(); }
TS_API int32_t ts_tensor_is_contiguous(Impl* handle) { return handle->is_contiguous(); }
TS_API int32_t ts_tensor_requires_grad(Impl* handle) { return handle->requires_grad(); }
TS_API int32_t ts_tensor_is_leaf(Impl* handle) { return borrow(handle).is_leaf(); }

TS_API int32_t ts_tensor_sizes(Impl* handle, int64_t* into) {
  return ts::guarded<>(-1, [&] {
    for (int64_t size : handle->sizes()) *into++ = size;
    return 0;
  });
}

TS_API int32_t ts_tensor_strides(Impl* handle, int64_t* into) {
  return ts::guarded<>(-1, [&] {
    for (int64_t stride : handle->strides()) *into++ = stride;
    return 0;
  });
}

// A tensor without elements has a null address, which is no error.
TS_API int32_t ts_tensor_data(Impl* handle, void** into) {
  return ts::guarded<>(-1, [&] {
    *into = borrow(handle).data_ptr();
    return 0;
  });
}

TS_API int32_t ts_tensor_set_requires_grad(Impl* handle, int32_t value) {
  return ts::guarded<>(-1, [&] {
    borrow(handle).set_requires_grad(value != 0);
    return 0;
  });
}

TS_API int32_t ts_tensor_retain_grad(Impl* handle) {
  return ts::guarded<>(-1, [&] {
    borrow(handle).retain_grad();
    return 0;
  });
}

// Writes null when there is no gradient: nothing was accumulated yet.
TS_API int32_t ts_tensor_grad(Impl* handle, Impl** into) {
  return ts::guarded<>(-1, [&] {
    *into = release(borrow(handle).grad());
    return 0;
  });
}

TS_API int32_t ts_tensor_set_grad(Impl* handle, Impl* grad) {
  return ts::guarded<>(-1, [&] {
    borrow(handle).mutable_grad() = borrow(grad);
    return 0;
  });
}

TS_API int32_t ts_backward(
    Impl** tensors, int32_t count, Impl** grads, int32_t grad_count, int32_t retain_graph, int32_t create_graph,
    Impl** inputs, int32_t input_count) {
  return ts::guarded<>(-1, [&] {
    torch::autograd::backward(
        borrow(tensors, count), borrow(grads, grad_count), retain(retain_graph, create_graph), create_graph != 0,
        borrow(inputs, input_count));
    return 0;
  });
}

// Writes one gradient per input; null where the input is not part of the graph (only with allow_unused).
TS_API int32_t ts_grad(
    Impl** outputs, int32_t output_count, Impl** inputs, int32_t input_count, Impl** grads, int32_t grad_count,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Impl** results) {
  return ts::guarded<>(-1, [&] {
    auto found = torch::autograd::grad(
        borrow(outputs, output_count), borrow(inputs, input_count), borrow(grads, grad_count), retain(retain_graph, create_graph),
        create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); ++i) results[i] = release(std::move(found[i]));
    return 0;
  });
}

TS_API int32_t ts_grad_enabled() { return c10::GradMode::is_enabled(); }
TS_API void ts_set_grad_enabled(int32_t value) { c10::GradMode::set_enabled(value != 0); }
TS_API int32_t ts_inference_enabled() { return c10::InferenceMode::is_enabled(); }
TS_API void* ts_inference_enter(int32_t value) { return new c10::InferenceMode(value != 0); }
TS_API void ts_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

TS_API int32_t ts_default_dtype() { return static_cast<int32_t>(c10::get_default_dtype_as_scalartype()); }

TS_API int32_t ts_set_default_dtype(int32_t type) {
  return ts::guarded<>(-1, [&] {
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<c10::ScalarType>(type)));
    return 0;
  });
}

TS_API void* ts_generator_default(int32_t device_type, int32_t index) {
  return ts::guarded<>(static_cast<void*>(nullptr), [&]() -> void* {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
    return new at::Generator(at::globalContext().defaultGenerator(device));
  });
}

// A generator of the device's own kind, apart from the default one.
TS_API void* ts_generator_new(int32_t device_type, int32_t index, uint64_t seed) {
  return ts::guarded<>(static_cast<void*>(nullptr), [&]() -> void* {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
    at::Generator generator =
        device.is_cpu() ? at::detail::createCPUGenerator() : at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return new at::Generator(std::move(generator));
  });
}

TS_API void ts_generator_free(at::Generator* generator) { delete generator; }

TS_API int32_t ts_generator_manual_seed(at::Generator* generator, uint64_t seed) {
  return ts::guarded<>(-1, [&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(seed);
    return 0;
  });
}

TS_API int64_t ts_generator_initial_seed(at::Generator* generator) {
  return static_cast<int64_t>(generator->current_seed());
}

TS_API int64_t ts_generator_seed(at::Generator* generator) {
  std::lock_guard<std::mutex> lock(generator->mutex());
  return static_cast<int64_t>(generator->seed());
}

TS_API Impl* ts_generator_state(at::Generator* generator) {
  return ts::guarded<>(static_cast<Impl*>(nullptr), [&] { return release(generator->get_state()); });
}

TS_API int32_t ts_generator_set_state(at::Generator* generator, Impl* state) {
  return ts::guarded<>(-1, [&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_state(borrow(state));
    return 0;
  });
}

TS_API int32_t ts_manual_seed(uint64_t seed) {
  return ts::guarded<>(-1, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

TS_API int32_t ts_threads() { return at::get_num_threads(); }
TS_API int32_t ts_interop_threads() { return at::get_num_interop_threads(); }

TS_API int32_t ts_set_threads(int32_t count) {
  return ts::guarded<>(-1, [&] {
    at::set_num_threads(count);
    return 0;
  });
}

TS_API int32_t ts_set_interop_threads(int32_t count) {
  return ts::guarded<>(-1, [&] {
    at::set_num_interop_threads(count);
    return 0;
  });
}

TS_API int32_t ts_device_count(int32_t device_type) {
  const auto type = static_cast<c10::DeviceType>(device_type);
  return c10::impl::hasDeviceGuardImpl(type) ? c10::impl::getDeviceGuardImpl(type)->deviceCount() : 0;
}

TS_API int32_t ts_has_cudnn() { return at::globalContext().hasCuDNN(); }

TS_API int32_t ts_synchronize(int32_t device_type, int32_t index) {
  return ts::guarded<>(-1, [&] {
    const auto* guard = c10::impl::getDeviceGuardImpl(static_cast<c10::DeviceType>(device_type));
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
    if (index < 0) device = guard->getDevice();
    guard->synchronizeStream(guard->getStream(device));
    return 0;
  });
}

TS_API int32_t ts_deterministic() { return at::globalContext().deterministicAlgorithms(); }

TS_API int32_t ts_set_deterministic(int32_t mode, int32_t warn_only) {
  return ts::guarded<>(-1, [&] {
    at::globalContext().setDeterministicAlgorithms(mode != 0, warn_only != 0);
    return 0;
  });
}

TS_API const char* ts_version() { return TORCH_VERSION; }

TS_API const char* ts_libtorch_path() {
  Dl_info found;
  return dladdr(reinterpret_cast<void*>(&at::get_num_threads), &found) != 0 ? found.dli_fname : "";
}

TS_API const char* ts_show_config() {
  return ts::guarded<>("", [&] {
    answer = at::show_config();
    return answer.c_str();
  });
}

TS_API const char* ts_parallel_info() {
  return ts::guarded<>("", [&] {
    answer = at::get_parallel_info();
    return answer.c_str();
  });
}

// OpenBLAS says here which kernel it chose for this processor; empty where BLAS is something else.
TS_API const char* ts_openblas(int32_t want_core_name) {
  using Get = const char* (*)();
  const char* symbol = want_core_name != 0 ? "openblas_get_corename" : "openblas_get_config";
  auto get = reinterpret_cast<Get>(dlsym(RTLD_DEFAULT, symbol));
  for (const char* library : {"libblas.so.3", "libopenblas.so.0"}) {
    if (get != nullptr) break;
    if (void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD)) get = reinterpret_cast<Get>(dlsym(handle, symbol));
  }
  return get == nullptr ? "" : get();
}
