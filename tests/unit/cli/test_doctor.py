"""The doctor says what is wrong and what to do, on the real thing."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from screenagent.cli.checks import CHECKS


@pytest.fixture
def server():
    """An HTTP server that knows one key; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.headers.get("Authorization") in (None, "Bearer the-right-key") else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def lines(done):
    found = {}
    for line in done.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        if verdict in ("ok", "note", "problem", "skipped"):
            name, _, text = rest.strip().partition(" ")
            found.setdefault(name, []).append((verdict, text.strip()))
    return found


def test_everything_is_looked_at_in_order(command):
    done = command("doctor")

    assert list(lines(done)) == [name for name, _ in CHECKS]


def test_settings_that_cannot_be_used_stop_what_needs_them_only(command, config):
    done = command("doctor", "-c", config("llm_api: {}\n"))

    found = lines(done)
    assert done.exit_code == 1
    assert found["settings"][0][0] == "problem"
    assert found["desktop"][0][0] == found["model"][0][0] == "skipped"
    assert found["python"][0][0] == "ok"


def test_a_machine_that_can_be_reached_is_shown(command, config, xtigervnc, server):
    screen = xtigervnc((320, 240))
    desktop = f"remote_vnc_server: {{host: 127.0.0.1, port: {screen.port}, password: '{screen.password}'}}"
    model = f"llm_api: {{GPT: {{model_name: m, api_key: the-right-key, target_url: '{server}/v1/chat/completions'}}}}"
    found = lines(command("doctor", "-c", config(f"{desktop}\n{model}\n")))

    assert found["desktop"][0] == ("ok", f"127.0.0.1:{screen.port} shows 320x240")
    assert found["model"] == [("ok", f"GPT: {server} answers")]
    assert found["clipboard"][0][0] == "note"


def test_what_does_not_answer_or_refuses_is_a_problem_with_a_fix(command, config, server):
    text = f"""
    llm_api:
      use: {{planner: GPT, actor: LLaVA, evaluator: off}}
      GPT: {{model_name: m, api_key: a-wrong-key, target_url: "{server}"}}
      LLaVA: {{target_url: "http://127.0.0.1:1/worker_generate"}}
    remote_vnc_server:
      host: 127.0.0.1
      port: 1
      use_remote_clipboard: true
      remote_clipboard_port: 1
      remote_clipboard_secret_token: some-token
    """
    done = command("doctor", "-c", config(text))

    found = lines(done)
    assert done.exit_code == 1
    assert [verdict for verdict, _ in found["model"]] == ["problem", "problem"]
    assert "refuses the key" in found["model"][0][1]
    assert found["desktop"][0][0] == found["clipboard"][0][0] == "problem"
    assert done.stdout.count("fix: ") >= 4
    assert "a-wrong-key" not in done.stdout
    assert "some-token" not in done.stdout


def test_a_blank_screen_is_told(command, config, xtigervnc):
    screen = xtigervnc((320, 240), "-br")
    text = f"remote_vnc_server: {{host: 127.0.0.1, port: {screen.port}, password: '{screen.password}', draw_pointer: false}}"
    done = command("doctor", "-c", config(f"llm_api: {{use: OCR}}\n{text}\n"))

    assert ("problem", "the picture is of a single colour.") in lines(done)["desktop"]
