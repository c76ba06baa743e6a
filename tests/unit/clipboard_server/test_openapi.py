"""The description that the service gives of itself, held against what it does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests


@pytest.fixture(scope="module")
def description(service: Any) -> Any:
    answer = requests.get(f"{service.url}/openapi.json", timeout=60)
    assert answer.status_code == 200
    return answer.json()


def test_the_description_tells_paths_statuses_and_where_the_token_goes(description: Any) -> None:
    paths = description["paths"]
    assert set(paths) == {"/clipboard", "/health"}
    assert set(paths["/clipboard"]["post"]["responses"]) == {"200", "400", "401", "408", "413", "422", "503"}
    assert set(paths["/clipboard"]["get"]["responses"]) == {"200", "401", "503"}
    assert paths["/clipboard"]["get"]["security"] == [{"token": []}]
    assert description["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_the_service_does_what_its_description_says(service: Any, description: Any, tmp_path: Path) -> None:
    body = description["paths"]["/clipboard"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["token"]["const"] = service.token  # else no text would ever be let in
    (tmp_path / "openapi.json").write_text(json.dumps(description))
    command = [str(Path(sys.executable).with_name("schemathesis")), "--no-color", "run", "openapi.json", "--url", service.url]
    command += ["--checks", "all", "--continue-on-failure", "--seed", "1", "--max-examples", "25", "--no-shrink"]
    command += ["--header", f"Authorization: Bearer {service.token}", "--report-json-path", "report.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout
    accepted = json.loads((tmp_path / "report.json").read_text())["valid_rates"]
    assert {path for path in accepted if accepted[path]["fuzzing"]["accepted"]} == {
        "POST /clipboard",
        "GET /clipboard",
        "GET /health",
    }
    assert service.works()
