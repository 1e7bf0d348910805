// The C boundary between TorchSharp.Libtorch and libtorch. Every libtorch operator goes through ts_call; what is not
// an operator (tensor facts, autograd engine, generators, threads) has a function of its own.
#pragma once

#include <cstdint>

#define TS_API extern "C" __attribute__((visibility("default")))

namespace ts {

// Mirrors Interop/ArgKind.cs.
enum Kind : int32_t {
  kNone = 0,
  kTensor = 1,
  kInt = 2,
  kDouble = 3,
  kBool = 4,
  kIntList = 5,
  kTensorList = 6,
  kString = 7,
  kDevice = 8,
  kGenerator = 9,
  kOptionalTensorList = 10,
  kDoubleList = 11,
  kBoolList = 12,
  kNumber = 13,
  kIntNumber = 14,
  kBoolNumber = 15,
};

// Mirrors Interop/NativeArg.cs. Lists and strings: `ptr` to `count` elements. Device: `integer` type, `count` index.
// The k...Number kinds become a wrapped-number tensor: what PyTorch makes of a Python scalar operand.
struct Arg {
  union {
    int64_t integer;
    double real;
    void* ptr;
  };
  Kind kind;
  int32_t count;
};

void set_error(const char* message) noexcept;

}  // namespace ts

#ifdef TS_NEEDS_TORCH
#include <c10/util/Exception.h>
#include <exception>

namespace ts {

// Runs `body` and turns a C++ exception into the thread's last error and `failed`.
template <typename Body, typename Result>
Result guarded(Result failed, Body&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_error(error.what());
  } catch (...) {
    set_error("libtorch threw an exception of unknown type");
  }
  return failed;
}

}  // namespace ts
#endif
