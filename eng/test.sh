#!/usr/bin/env bash
# ./diffusion test [--slow | --all] [dotnet test arguments]: the fast suite by default; --slow the named slow group; --all both.
set -uo pipefail

root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"
filter=(--filter 'Category!=Slow')
case "${1:-}" in
--slow) filter=(--filter 'Category=Slow'); shift ;;
--all) filter=(); shift ;;
--filter) filter=() ;;
esac

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
dotnet test "$root/Diffusion.Research.sln" --configuration Release --nologo "${filter[@]}" "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# One closing line over all test assemblies.
awk -v status="$status" '
    /^(Passed|Failed|Skipped)! +- Failed:/ {
        for (i = 1; i < NF; i++) {
            if ($i == "Failed:") failed += $(i + 1)
            if ($i == "Passed:") passed += $(i + 1)
            if ($i == "Skipped:") skipped += $(i + 1)
        }
    }
    END {
        if (status != 0 && failed == 0) failed = 1
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        printf "\n"
    }' "$log"
exit "$status"
