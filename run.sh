#!/usr/bin/env bash
# Starts ScreenAgent, installing what is missing first. See --help.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=scripts/setup.sh
. "$ROOT/scripts/setup.sh"

usage() {
    cat <<'HELP'
Usage: ./run.sh [options]

Opens the window with the task list, on a private desktop that is started along with it.
Without a display, the first task of the list is run and its progress printed.

  --headless ["TASK"]     no window: run TASK, or the first task of the list
  --list                  print the tasks
  --desktop-home DIR      keep the private desktop's home in DIR, to look at it afterwards
  --config FILE           another settings file (see configs/)
  --backend NAME          the VNC client: rfb or vncdotool
  --help                  print this
  -- OPTIONS              anything else that "screenagent run" (or gui) takes; see "screenagent run --help"

The first start installs system packages (with apt, as root or with sudo; otherwise it prints the command) and makes
.venv; later starts are quick. The exit status is the run's: 0 done, 2 usage or settings, 10-19 desktop, 20-29 model,
30-39 task failed, 40 a limit, 130 stopped.
HELP
}

mode=window
task=
options=()
config=()

value_of() {
    [ -n "${2-}" ] || die "$1 needs a value." "See ./run.sh --help"
}

while [ "$#" -gt 0 ]; do
    case $1 in
    --headless)
        mode=headless
        if [ "$#" -gt 1 ] && [ "${2#-}" = "$2" ]; then
            task=$2
            shift
        fi
        ;;
    --headless=*) mode=headless task=${1#*=} ;;
    --list) mode=list ;;
    --desktop-home | --backend)
        value_of "$@"
        options+=("$1" "$2")
        shift
        ;;
    --desktop-home=* | --backend=*) options+=("$1") ;;
    --config | -c)
        value_of "$@"
        config=(--config "$2")
        shift
        ;;
    --config=*) config=("$1") ;;
    --help | -h)
        usage
        exit 0
        ;;
    --)
        shift
        options+=("$@")
        break
        ;;
    *) die "Unknown option: $1" "See ./run.sh --help; a task goes after --headless, in quotes." ;;
    esac
    shift
done

if [ "$mode" = window ] && [ -z "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
    say "There is no display, so the first task is run without a window."
    mode=headless
fi

groups=()
[ "$mode" = list ] || groups+=(desktop)
[ "$mode" != window ] || groups+=(window)
if [ "${#groups[@]}" -gt 0 ]; then
    mapfile -t packages < <(packages_of "${groups[@]}")
    ensure_packages "${packages[@]}"
fi
ensure_venv all

screenagent=("$ROOT/.venv/bin/python" -m screenagent)
case $mode in
list) exec "${screenagent[@]}" list "${config[@]}" ;;
window) exec "${screenagent[@]}" gui "${config[@]}" "${options[@]}" ;;
headless)
    if [ -n "$task" ]; then
        exec "${screenagent[@]}" run "${config[@]}" "${options[@]}" -- "$task"
    fi
    exec "${screenagent[@]}" run "${config[@]}" --number 1 "${options[@]}"
    ;;
esac
