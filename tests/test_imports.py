"""The import rule (DESIGN: one direction, no Qt in the core, three programs that share no code) holds."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_import_rule_holds():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["screenagent.cli", "screenagent.settings", "screenagent.ports"])
def test_importing_the_front_door_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}

    assert loaded.isdisjoint({"PyQt5", "twisted", "vncdotool", "onnxruntime", "rapidocr", "cv2", "cryptography", "fastapi"})
    assert module != "screenagent.cli" or loaded.isdisjoint({"numpy", "PIL", "pydantic", "requests"})
