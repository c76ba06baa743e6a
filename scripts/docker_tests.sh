#!/usr/bin/env bash
# The images' tests with the Docker engine in use: docker_tests.sh PYTHON [pytest options]. Ends with 77 where no base image can
# be had, and says why.
set -euo pipefail
base=$("$1" scripts/base_image.py)
SCREENAGENT_TEST_BASE_IMAGE=$base exec "$1" -m pytest --docker tests/docker "${@:2}"
