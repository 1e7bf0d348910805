# Sourced by ./diffusion: finds or installs what the build needs, and builds.
# Everything it decides can be set from outside: DIFFUSION_TORCH_ENGINE (libtorch | package), LIBTORCH (an unpacked libtorch).

say() { printf '%s\n' "$*" >&2; }
fail() { say "diffusion: $*"; exit 2; }

is_root() { [ "$(id -u)" = 0 ]; }

apt_install() {
    say "Installing $* ..."
    local log
    log="$(mktemp)"
    if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "could not install $*. Install it yourself and run the command again."
    fi
    rm -f "$log"
}

# need COMMAND PACKAGE...: the command, or the packages that bring it.
need() {
    command -v "$1" >/dev/null && return
    shift
    if is_root && command -v apt-get >/dev/null; then
        apt_install "$@"
    else
        fail "missing: $*. Install it (Debian and Ubuntu: sudo apt-get install $*) and run the command again."
    fi
}

python_torch() {
    local python
    for python in python3 /usr/bin/python3; do
        command -v "$python" >/dev/null || continue
        "$python" -c 'import importlib.util as u, os; s = u.find_spec("torch"); p = s and s.submodule_search_locations[0]
if p and os.path.isdir(p + "/include") and os.path.isdir(p + "/lib"): print(p)' 2>/dev/null | grep . && return
    done
    return 1
}

debian_libtorch() { [ -f /usr/include/torch/script.h ] || [ -d /usr/include/torch/csrc/api/include ]; }

# The NuGet package is the first choice, but not every feed has it: asked once, remembered in artifacts/.
feed_has_torchsharp() {
    local answer="$root/artifacts/torchsharp-on-feed" probe
    if [ ! -f "$answer" ]; then
        mkdir -p "$root/artifacts"
        probe="$(mktemp -d)"
        printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="TorchSharp" Version="%s" /></ItemGroup></Project>' \
            "$(sed -n 's/.*Include="TorchSharp" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")" >"$probe/probe.csproj"
        # As strict as the build: a feed that has the package but not what it depends on would pass here and fail there.
        if dotnet restore "$probe/probe.csproj" --verbosity quiet -p:TreatWarningsAsErrors=true >/dev/null 2>&1; then echo yes >"$answer"; else echo no >"$answer"; fi
        rm -rf "$probe"
    fi
    [ "$(cat "$answer")" = yes ]
}

choose_engine() {
    [ -n "${DIFFUSION_TORCH_ENGINE:-}" ] && return
    if [ -n "${LIBTORCH:-}" ]; then
        DIFFUSION_TORCH_ENGINE=libtorch
    elif feed_has_torchsharp; then
        DIFFUSION_TORCH_ENGINE=package
    else
        DIFFUSION_TORCH_ENGINE=libtorch
    fi
    export DIFFUSION_TORCH_ENGINE
}

require_tools() {
    command -v dotnet >/dev/null || fail "missing: the .NET SDK 10. Install it from https://dotnet.microsoft.com/download and run the command again."
    case "$(cd "$root" && dotnet --version 2>/dev/null)" in
    10.*) ;;
    *) fail "this project needs the .NET SDK 10 (global.json); 'dotnet --list-sdks' shows: $(dotnet --list-sdks | tr '\n' ' ')" ;;
    esac
    choose_engine
    [ "$DIFFUSION_TORCH_ENGINE" = libtorch ] || return 0

    if [ -n "${LIBTORCH:-}" ]; then
        [ -d "$LIBTORCH/lib" ] && [ -d "$LIBTORCH/include" ] || fail "LIBTORCH=$LIBTORCH is not an unpacked libtorch: it has no lib and include folders."
    elif ! python_torch >/dev/null && ! debian_libtorch; then
        if is_root && command -v apt-get >/dev/null; then
            apt_install g++ libtorch-dev libopenblas0-openmp
        else
            fail "no libtorch found. Either install Debian's (sudo apt-get install g++ libtorch-dev libopenblas0-openmp),
           or install PyTorch for python3, or unpack a libtorch and set LIBTORCH to its folder; then run the command again."
        fi
    fi
    need g++ g++
}

# Tests against a scheduler skip where there is none, so that its lack fails nothing.
want_slurm() {
    command -v sbatch >/dev/null && return
    if is_root && command -v apt-get >/dev/null; then
        (apt_install slurm-wlm munge) || say "Tests against Slurm are skipped."
    else
        say "Tests against Slurm are skipped: it is not installed (Debian and Ubuntu: sudo apt-get install slurm-wlm munge)."
    fi
}

sources_changed() {
    local stamp="$root/artifacts/built"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(build_identity)" ] || return 0
    [ -n "$(find "$root/src" "$root/plugins" "$root/eng" "$root"/*.props "$root"/*.sln "$root/global.json" -newer "$stamp" -type f -print -quit)" ]
}

build_identity() { printf '%s %s %s' "$DIFFUSION_TORCH_ENGINE" "${LIBTORCH:-}" "$(dotnet --version)"; }

build_runtime() {
    sources_changed || return 0
    say "Building ..."
    # The stamp carries the time of the start: what is edited during the build is newer.
    mkdir -p "$root/artifacts"
    build_identity >"$root/artifacts/building"
    local log
    log="$(mktemp)"
    if ! dotnet build "$root/eng/Runtime.slnf" --configuration Release --nologo --verbosity quiet -p:RunAnalyzers=false >"$log" 2>&1; then
        grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2 || cat "$log" >&2
        rm -f "$log"
        fail "the build failed."
    fi
    rm -f "$log"
    mv "$root/artifacts/building" "$root/artifacts/built"
}
