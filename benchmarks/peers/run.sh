#!/usr/bin/env bash
# Diffusion.Research against PyTorch on the same libtorch, pair by pair: run.sh [PAIRS] [FILTER]
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
dotnet build "$root/benchmarks/Diffusion.Benchmarks" -c Release --nologo -v quiet
exec dotnet "$root/artifacts/bin/Diffusion.Benchmarks/release/Diffusion.Benchmarks.dll" peers "$@"
