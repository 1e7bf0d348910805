#!/usr/bin/env bash
# Diffusion.Research against the floor, plain TorchSharp and, where Python has it, PyTorch, turn by turn: run.sh [ROUNDS] [FILTER]
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
dotnet build "$root/benchmarks/Diffusion.Benchmarks" -c Release --nologo -v quiet
exec dotnet "$root/artifacts/bin/Diffusion.Benchmarks/release/Diffusion.Benchmarks.dll" peers "$@"
