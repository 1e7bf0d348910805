#!/bin/bash
# Stands in for sbatch, squeue, scontrol and sacct, by the name it is called by. Its state is files in the folder it is called from:
#   queue/J_I, controller/J_I, accounting/J_I   what squeue, scontrol and sacct say of element I of job J
#   <command>.error                             what that command complains about instead
#   job.J, updates                              arguments of sbatch, a line each; jobs that were updated
cd "$(dirname "$0")" || exit 1
command="$(basename "$0")"
if [ -e "$command.error" ]; then
    cat "$command.error" >&2
    exit 1
fi

case "$command" in
sbatch)
    id=$(($(cat last 2>/dev/null || echo 100) + 1))
    echo "$id" >last
    for argument in "$@"; do
        case "$argument" in
        --job-name=*) name="${argument#*=}" ;;
        --array=*) array="${argument#*=}" ;;
        esac
    done
    array="${array%\%*}"
    for index in $(seq "${array%-*}" "${array#*-}"); do
        echo "$id|$index|PENDING|Resources|$name" >"queue/${id}_$index"
    done
    printf '%s\n' "$@" >"job.$id.new"
    mv "job.$id.new" "job.$id"
    if [ -e sbatch.after ]; then
        cat sbatch.after >&2
        exit 1
    fi
    [ -e sbatch.answer ] && cat sbatch.answer && exit
    echo "$id"
    ;;
squeue)
    if [ -e squeue.answer ]; then
        cat squeue.answer
    elif [ "$2" = --name ]; then
        cat queue/* 2>/dev/null | awk -F'|' -v name="$3" '$5 == name { print $1 }'
    else
        [ "$2" = --array ] && [ "$3" = --jobs ] || exit 64
        cat queue/* 2>/dev/null | grep -E "^(${4//,/|})\\|" || { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; }
    fi
    ;;
scontrol)
    case "$1 $2" in
    "show config") cat config 2>/dev/null ;;
    "update "*) echo "$2 $3" >>updates ;;
    "--oneliner show") cat "controller/$4"_* 2>/dev/null || { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; } ;;
    *) exit 64 ;;
    esac
    ;;
sacct)
    cat accounting/* 2>/dev/null || { echo "Slurm accounting storage is disabled" >&2; exit 1; }
    ;;
esac
