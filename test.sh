#!/usr/bin/env bash
# Installs what the tests need, then runs every check. See --help.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=scripts/setup.sh
. "$ROOT/scripts/setup.sh"

usage() {
    cat <<'HELP'
Usage: ./test.sh [--fast] [--lint-only] [pytest options]

Runs ruff, mypy and the whole test suite, including the runs on a real desktop. These mostly wait for that desktop, so
without pytest options they run beside the rest, and their report follows at the end.

  --fast         leave out the tests that drive a whole desktop
  --lint-only    ruff and mypy alone
  --help         print this
  anything else  goes to pytest, e.g. ./test.sh tests/unit/rfb -k zrle
HELP
}

lint_only=
pytest_options=()
for argument in "$@"; do
    case $argument in
    --lint-only) lint_only=yes ;;
    --help)
        usage
        exit 0
        ;;
    *) pytest_options+=("$argument") ;;
    esac
done

if [ -z "$lint_only" ]; then
    mapfile -t packages < <(packages_of desktop window test)
    ensure_packages "${packages[@]}"
fi
ensure_venv dev

cd -- "$ROOT"
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
python=.venv/bin/python
failed=()

step() {
    local name=$1
    shift
    say "== $name"
    "$@" || failed+=("$name")
}

# Both halves of the suite at once. Job control gives the one in the background its own process group and an ordinary
# Ctrl+C, which shells otherwise switch off there, for the programs under test too.
whole_suite() {
    local report status=0
    report=$(mktemp)
    set -m
    "$python" -m pytest -m end2end -p no:cacheprovider >"$report" 2>&1 &
    set +m
    # shellcheck disable=SC2064
    trap "kill -INT -- -$! 2>/dev/null || true; rm -f '$report'" EXIT
    trap 'exit 130' INT TERM
    "$python" -m pytest -m "not end2end" || status=1
    say "== pytest, on real desktops"
    wait $! || status=1
    cat "$report"
    return "$status"
}

run_pytest() {
    if [ "${#pytest_options[@]}" -gt 0 ]; then
        "$python" -m pytest "${pytest_options[@]}"
    else
        whole_suite
    fi
}

step "ruff check" "$python" -m ruff check .
step "ruff format" "$python" -m ruff format --check .
step "mypy" "$python" -m mypy
[ -n "$lint_only" ] || step "pytest" run_pytest

if [ "${#failed[@]}" -gt 0 ]; then
    say "Failed: ${failed[*]}"
    exit 1
fi
say "All passed."
