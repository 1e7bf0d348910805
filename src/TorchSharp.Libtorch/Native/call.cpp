// Operators: found by schema name, called boxed through the dispatcher.
#define AT_PER_OPERATOR_HEADERS
#define TS_NEEDS_TORCH
#include "shim.h"

#include <ATen/ScalarOps.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Logging.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using torch::jit::Stack;

// libtorch's optional is c10's own at first and the standard library's later: whichever a schema's default comes in.
template <template <typename> class Optional, typename T>
Optional<at::Tensor> as_tensor(const Optional<T>&);
using OptionalTensor = decltype(as_tensor(std::declval<const c10::Argument&>().default_value()));

struct Operator {
  c10::OperatorHandle handle;
  size_t arity;
  // One entry per argument: the schema's default, or None where it has none.
  std::vector<c10::IValue> defaults;
};

thread_local std::string last_error;
thread_local Stack stack;
thread_local std::vector<void*> returned_list;

at::Tensor borrow(void* handle) {
  if (handle == nullptr) return {};
  return at::Tensor(
      c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(static_cast<c10::TensorImpl*>(handle)));
}

void* release(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

// A CPU scalar operand costs torch two allocations and a cast (2.7 us on 1.13). The tensor of the last call is written
// over while nothing else holds it, which makes a scalar operand as cheap as a tensor one.
template <typename T>
at::Tensor reused_number(double value, c10::ScalarType type) {
  thread_local at::Tensor slot;
  if (!slot.defined() || slot.use_count() != 1) {
    c10::InferenceMode normal(false);
    slot = at::detail::scalar_tensor_static(value, type, at::kCPU);
    slot.unsafeGetTensorImpl()->set_wrapped_number(true);
  } else {
    *static_cast<T*>(slot.data_ptr()) = static_cast<T>(value);
  }
  return slot;
}

// `partner` is the tensor the number meets: on the CPU in floating point the number takes its type, which is what type
// promotion would arrive at. Everywhere else the number is double, int64 or bool and promotion decides.
at::Tensor wrapped_number(const ts::Arg& arg, const c10::TensorImpl* partner) {
  if (partner != nullptr && partner->device_type() == c10::DeviceType::CPU) {
    const double real = arg.kind == ts::kNumber ? arg.real : static_cast<double>(arg.integer);
    const c10::ScalarType type = c10::typeMetaToScalarType(partner->dtype());
    if (type == at::kFloat) return reused_number<float>(real, type);
    if (type == at::kDouble) return reused_number<double>(real, type);
  }
  const c10::Scalar scalar = arg.kind == ts::kNumber ? c10::Scalar(arg.real)
      : arg.kind == ts::kBoolNumber                  ? c10::Scalar(arg.integer != 0)
                                                     : c10::Scalar(arg.integer);
  at::Tensor number = at::scalar_to_tensor(scalar);
  number.unsafeGetTensorImpl()->set_wrapped_number(true);
  return number;
}

const c10::TensorImpl* first_tensor(const ts::Arg* args, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    if (args[i].kind == ts::kTensor) return static_cast<const c10::TensorImpl*>(args[i].ptr);
  }
  return nullptr;
}

void push(Stack& to, const ts::Arg& arg, const ts::Arg* args, int32_t count) {
  switch (arg.kind) {
    case ts::kNone:
      to.emplace_back();
      return;
    case ts::kTensor:
      to.emplace_back(borrow(arg.ptr));
      return;
    case ts::kInt:
      to.emplace_back(arg.integer);
      return;
    case ts::kDouble:
      to.emplace_back(arg.real);
      return;
    case ts::kBool:
      to.emplace_back(arg.integer != 0);
      return;
    case ts::kIntList:
      to.emplace_back(at::IntArrayRef(static_cast<const int64_t*>(arg.ptr), arg.count));
      return;
    case ts::kDoubleList:
      to.emplace_back(at::ArrayRef<double>(static_cast<const double*>(arg.ptr), arg.count));
      return;
    case ts::kBoolList: {
      c10::List<bool> list;
      for (int32_t i = 0; i < arg.count; ++i) list.push_back(static_cast<const uint8_t*>(arg.ptr)[i] != 0);
      to.emplace_back(std::move(list));
      return;
    }
    case ts::kTensorList: {
      c10::List<at::Tensor> list;
      list.reserve(arg.count);
      for (int32_t i = 0; i < arg.count; ++i) list.push_back(borrow(static_cast<void**>(arg.ptr)[i]));
      to.emplace_back(std::move(list));
      return;
    }
    case ts::kOptionalTensorList: {
      c10::List<OptionalTensor> list;
      list.reserve(arg.count);
      for (int32_t i = 0; i < arg.count; ++i) {
        void* item = static_cast<void**>(arg.ptr)[i];
        list.push_back(item == nullptr ? OptionalTensor() : OptionalTensor(borrow(item)));
      }
      to.emplace_back(std::move(list));
      return;
    }
    case ts::kString:
      to.emplace_back(std::string(static_cast<const char*>(arg.ptr), arg.count));
      return;
    case ts::kDevice:
      to.emplace_back(c10::Device(static_cast<c10::DeviceType>(arg.integer), static_cast<c10::DeviceIndex>(arg.count)));
      return;
    case ts::kGenerator:
      to.emplace_back(*static_cast<at::Generator*>(arg.ptr));
      return;
    case ts::kNumber:
    case ts::kIntNumber:
    case ts::kBoolNumber:
      to.emplace_back(wrapped_number(arg, first_tensor(args, count)));
      return;
  }
  TORCH_CHECK(false, "unknown argument kind ", static_cast<int32_t>(arg.kind));
}

void take(ts::Arg& into, c10::IValue&& value) {
  into.count = 0;
  into.integer = 0;
  if (value.isTensor()) {
    into.kind = ts::kTensor;
    into.ptr = release(std::move(value).toTensor());
  } else if (value.isTensorList()) {
    c10::List<at::Tensor> list = std::move(value).toTensorList();
    returned_list.clear();
    for (size_t i = 0; i < list.size(); ++i) returned_list.push_back(release(list.extract(i)));
    into.kind = ts::kTensorList;
    into.ptr = returned_list.data();
    into.count = static_cast<int32_t>(returned_list.size());
  } else if (value.isInt()) {
    into.kind = ts::kInt;
    into.integer = value.toInt();
  } else if (value.isDouble()) {
    into.kind = ts::kDouble;
    into.real = value.toDouble();
  } else if (value.isBool()) {
    into.kind = ts::kBool;
    into.integer = value.toBool() ? 1 : 0;
  } else if (value.isNone()) {
    into.kind = ts::kNone;
  } else {
    TORCH_CHECK(false, "an operator returned a ", value.tagKind(), ", which the shim does not pass on");
  }
}

// The stack outlives a call to spare an allocation; its values must not, or they would keep tensors alive.
struct StackClearer {
  ~StackClearer() { stack.clear(); }
};

}  // namespace

void ts::set_error(const char* message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
}

TS_API const char* ts_last_error() { return last_error.c_str(); }

TS_API void ts_initialize() {
  // Symbolising a C++ backtrace costs 5 ms per error on 1.13, and no user reads it.
  c10::SetStackTraceFetcher([]() -> std::string { return {}; });
}

// Null when this libtorch has no such operator.
TS_API void* ts_find_operator(const char* name, const char* overload) {
  return ts::guarded<>(static_cast<void*>(nullptr), [&]() -> void* {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found.has_value()) {
      last_error = std::string("this libtorch has no operator ") + name + "." + overload;
      return nullptr;
    }
    const auto& arguments = found->schema().arguments();
    std::vector<c10::IValue> defaults;
    defaults.reserve(arguments.size());
    for (const auto& argument : arguments) {
      defaults.push_back(argument.default_value().has_value() ? *argument.default_value() : c10::IValue());
    }
    return new Operator{*found, arguments.size(), std::move(defaults)};
  });
}

// Calls `op` with `count` leading arguments; the schema's defaults fill the rest. Writes at most `capacity` results and
// returns how many the operator gave, or -1 (see ts_last_error). Returned tensors belong to the caller; a returned
// list's array is the thread's own until its next call.
TS_API int32_t ts_call(const Operator* op, const ts::Arg* args, int32_t count, ts::Arg* results, int32_t capacity) {
  return ts::guarded<>(-1, [&]() -> int32_t {
    StackClearer clearer;
    for (int32_t i = 0; i < count; ++i) push(stack, args[i], args, count);
    for (size_t i = count; i < op->arity; ++i) stack.push_back(op->defaults[i]);
    op->handle.callBoxed(&stack);
    const int32_t given = static_cast<int32_t>(stack.size());
    for (int32_t i = 0; i < given && i < capacity; ++i) take(results[i], std::move(stack[i]));
    return given;
  });
}
