#!/usr/bin/env bash
# Builds libtorchsharp_shim.so against the machine's libtorch, in the folder named by $1, from the sources in $2.
# Does nothing when neither the sources, nor the compiler, nor libtorch changed since the last time.
#
# libtorch is looked for in this order: $LIBTORCH (an unpacked libtorch), a Python torch, Debian's libtorch-dev.
set -euo pipefail

out=$1
sources=$2
compiler=${CXX:-g++}

fail() {
  echo "error : $*" >&2
  exit 1
}

# The folder of a Python torch that brings headers and libraries of its own. (Debian's does not: its libraries are the
# system's.) find_spec does not import torch, which would take a second or more.
python_torch() {
  local python folder
  for python in python3 /usr/bin/python3; do
    command -v "$python" >/dev/null || continue
    folder=$("$python" -c 'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s and s.submodule_search_locations else "")' 2>/dev/null) || continue
    [[ -n $folder && -e $folder/lib/libtorch_cpu.so && -d $folder/include/ATen ]] || continue
    printf '%s' "$folder"
    return
  done
}

multiarch=$("$compiler" -print-multiarch 2>/dev/null || true)
root='' include='' library='' system=no
if [[ -n ${LIBTORCH:-} ]]; then
  root=$LIBTORCH
  [[ -e $root/lib/libtorch_cpu.so ]] || fail "LIBTORCH is set to '$root', but $root/lib/libtorch_cpu.so does not exist"
else
  root=$(python_torch)
fi

if [[ -n $root ]]; then
  include=$root/include
  library=$root/lib
else
  for candidate in "/usr/lib/$multiarch" /usr/lib64 /usr/lib /usr/local/lib; do
    if [[ -e $candidate/libtorch_cpu.so && -e ${candidate%%/lib*}/include/ATen/ATen.h ]]; then
      library=$candidate
      include=${candidate%%/lib*}/include
      system=yes
      break
    fi
  done
fi
[[ -n $library ]] || fail "libtorch was not found. Looked in \$LIBTORCH (not set), the torch module of python3, and /usr/lib/$multiarch. Install it (Debian: apt install libtorch-dev; or pip install torch; or unpack libtorch and set LIBTORCH to its folder)"
command -v "$compiler" >/dev/null || fail "no C++ compiler: '$compiler' was not found. Install g++ (Debian: apt install g++) or set CXX"

identity="$library $(stat -Lc '%s %Y' "$library/libtorch_cpu.so" "$library/libc10.so" | tr '\n' ' ')$("$compiler" -dumpfullversion -dumpversion) ${CXXFLAGS:-}"
stamp=$out/libtorchsharp_shim.stamp
shim=$out/libtorchsharp_shim.so
if [[ -e $shim && -e $stamp && $(cat "$stamp") == "$identity" ]]; then
  newer=$(find "$sources" "${BASH_SOURCE[0]}" -type f -newer "$shim" -print -quit)
  [[ -n $newer ]] || exit 0
fi

mkdir -p "$out"
# Two builds at once must not write the same objects; whoever waited finds the work done.
if [[ -z ${SHIM_LOCKED:-} ]] && command -v flock >/dev/null; then
  SHIM_LOCKED=1 exec flock "$out/lock" bash "${BASH_SOURCE[0]}" "$@"
fi

# The compiler's std::string must be libtorch's: its own constructor of c10::Error says which it is.
abi=0
grep -qE '_ZN3c105ErrorC[12]ENS_14SourceLocationENSt7__cxx11' "$library/libc10.so" && abi=1

# The system's own include folder is searched anyway; naming it would only move it in the order.
headers=(-isystem "$include/torch/csrc/api/include")
[[ $system == yes ]] || headers+=(-isystem "$include")
# libtorch's headers ask for C++20 from 2.12 on; 1.13's do not compile as such.
read -r major minor < <(printf '#include <torch/version.h>\nTORCH_VERSION_MAJOR TORCH_VERSION_MINOR\n' |
  "$compiler" -x c++ -E -P "${headers[@]}" - | tail -n 1)
standard=c++17
((major > 2 || (major == 2 && minor >= 12))) && standard=c++20
flags=("-std=$standard" -O3 -fno-math-errno -fPIC -Wall -Wextra -fvisibility=hidden "-D_GLIBCXX_USE_CXX11_ABI=$abi" "${headers[@]}")

jobs=()
objects=()
for source in "$sources"/*.cpp; do
  object=$out/$(basename "${source%.cpp}").o
  objects+=("$object")
  "$compiler" "${flags[@]}" ${CXXFLAGS:-} -c "$source" -o "$object" &
  jobs+=($!)
done
for job in "${jobs[@]}"; do
  wait "$job" || fail "the shim does not compile against the libtorch in $library"
done

link=(-shared "-L$library" -ltorch_cpu -lc10 -ldl)
[[ $system == yes ]] || link+=("-Wl,-rpath,$library")
# CUDA's kernels register themselves when their library is loaded; nothing else refers to it.
[[ ! -e $library/libtorch_cuda.so ]] || link+=(-Wl,--no-as-needed -ltorch_cuda -lc10_cuda)
"$compiler" "${objects[@]}" -o "$shim.new" "${link[@]}" || fail "the shim does not link against the libtorch in $library"
mv "$shim.new" "$shim"
printf '%s' "$identity" >"$stamp"
