// Optimiser steps fused over contiguous CPU memory: one pass where separate operators take ten.
#define AT_PER_OPERATOR_HEADERS
#define TS_NEEDS_TORCH
#include "shim.h"

#include <c10/core/TensorImpl.h>

#include <algorithm>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// The shim is built for any x86-64; the loop is compiled once more for AVX2 and AVX-512 and chosen at load time.
#define TS_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TS_VECTORISED
#endif

using Impl = c10::TensorImpl;

// In tensor.cpp, where at::Tensor knows how to make its memory writable in every version.
TS_API int32_t ts_tensor_data(Impl* handle, void** into);

// Mirrors Interop/AdamStep.cs.
struct AdamStep {
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  double bias_correction1;
  double bias_correction2;
  int32_t decoupled;
  int32_t maximize;
};

namespace {

template <typename T>
inline __attribute__((always_inline)) void adam_loop(
    T* __restrict param, const T* __restrict grad, T* __restrict mean, T* __restrict square, T* __restrict largest,
    int64_t count, const AdamStep& step) {
  const T beta1 = static_cast<T>(step.beta1), keep1 = static_cast<T>(1 - step.beta1);
  const T beta2 = static_cast<T>(step.beta2), keep2 = static_cast<T>(1 - step.beta2);
  const T eps = static_cast<T>(step.eps);
  const T root2 = static_cast<T>(std::sqrt(step.bias_correction2));
  const T size = static_cast<T>(step.lr / step.bias_correction1);
  const T shrink = step.decoupled != 0 ? static_cast<T>(1 - step.lr * step.weight_decay) : T(1);
  const T decay = step.decoupled != 0 ? T(0) : static_cast<T>(step.weight_decay);
  const T sign = step.maximize != 0 ? T(-1) : T(1);
  for (int64_t i = 0; i < count; ++i) {
    const T p = param[i] * shrink;
    const T g = sign * grad[i] + decay * p;
    const T m = beta1 * mean[i] + keep1 * g;
    const T v = beta2 * square[i] + keep2 * g * g;
    mean[i] = m;
    square[i] = v;
    T top = v;
    if (largest != nullptr) {
      top = largest[i] > v ? largest[i] : v;
      largest[i] = top;
    }
    param[i] = p - size * m / (std::sqrt(top) / root2 + eps);
  }
}

TS_VECTORISED void adam_float(
    float* param, const float* grad, float* mean, float* square, float* largest, int64_t count, const AdamStep& step) {
  if (largest == nullptr) {
    adam_loop<float>(param, grad, mean, square, nullptr, count, step);
  } else {
    adam_loop<float>(param, grad, mean, square, largest, count, step);
  }
}

TS_VECTORISED void adam_double(
    double* param, const double* grad, double* mean, double* square, double* largest, int64_t count,
    const AdamStep& step) {
  if (largest == nullptr) {
    adam_loop<double>(param, grad, mean, square, nullptr, count, step);
  } else {
    adam_loop<double>(param, grad, mean, square, largest, count, step);
  }
}

bool fits(const Impl* tensor, const Impl* param) {
  return tensor->device_type() == c10::DeviceType::CPU && tensor->layout() == c10::Layout::Strided &&
      tensor->is_contiguous() && !tensor->key_set().has(c10::DispatchKey::Negative) && tensor->dtype() == param->dtype() && tensor->numel() == param->numel();
}

template <typename T>
T* data(Impl* tensor) {
  void* address = nullptr;
  if (tensor != nullptr && ts_tensor_data(tensor, &address) != 0) TORCH_CHECK(false, "a tensor has no memory");
  return static_cast<T*>(address);
}

}  // namespace

// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), one parameter. Returns 0 without having changed
// anything where the tensors are not plain CPU memory of one floating type; `largest` is null without amsgrad.
TS_API int32_t ts_adam(
    Impl* param, Impl* grad, Impl* mean, Impl* square, Impl* largest, const AdamStep* step) {
  return ts::guarded<>(-1, [&] {
    for (const Impl* tensor : {param, grad, mean, square, largest}) {
      if (tensor != nullptr && !fits(tensor, param)) return 0;
    }
    const int64_t count = param->numel();
    switch (c10::typeMetaToScalarType(param->dtype())) {
      case c10::ScalarType::Float:
        adam_float(data<float>(param), data<float>(grad), data<float>(mean), data<float>(square), data<float>(largest), count, *step);
        break;
      case c10::ScalarType::Double:
        adam_double(
            data<double>(param), data<double>(grad), data<double>(mean), data<double>(square), data<double>(largest), count, *step);
        break;
      default:
        return 0;
    }
    // What autograd saved of these tensors is no longer what they hold.
    for (Impl* tensor : {param, mean, square, largest}) {
      if (tensor != nullptr && !tensor->is_inference()) tensor->bump_version();
    }
    return 1;
  });
}
