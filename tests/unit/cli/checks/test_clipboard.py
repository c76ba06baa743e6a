"""What is wrong with the clipboard service is named; the service of its own is in `tests/contract`."""

import socket

import pytest

from screenagent.cli.checks import Verdict
from screenagent.cli.checks.clipboard import clipboard

TOKEN = "a-token-of-some-length"


@pytest.fixture
def look(examine):
    """The findings for a service at a port."""

    def run(port, host="127.0.0.1"):
        keys = f"remote_clipboard_host: {host}, remote_clipboard_port: {port}, remote_clipboard_secret_token: {TOKEN}"
        return examine(
            clipboard, f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: desk, use_remote_clipboard: true, {keys}}}\n"
        )

    return run


def only(findings):
    assert [finding.verdict for finding in findings] == [Verdict.PROBLEM], findings
    assert findings[0].status == 17
    assert TOKEN not in repr(findings)
    assert findings[0].fix
    return findings[0]


def test_a_service_that_is_not_there(look):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = only(look(port))
    assert found.text == f"The clipboard service at 127.0.0.1:{port} is missing: nothing listens there."
    assert "screenagent-clipboard" in found.fix


def test_a_host_that_nobody_knows(look):
    assert "its name cannot be looked up" in only(look(8001, host="no-such-host.invalid")).text


def test_a_web_server_that_is_not_ours(look, site):
    found = only(look(site.port))
    assert found.text == f"The clipboard service at 127.0.0.1:{site.port} is not ours: it answered with status 404 and text/html."
    assert "remote_clipboard_port" in found.fix


def test_a_web_page_where_health_should_be(look, site):
    site.pages["GET /health"] = lambda headers, body: (200, b"<html>welcome</html>")
    assert "is not ours: it answered with status 200 and text/html" in only(look(site.port)).text


def test_a_service_that_can_only_be_written_to(look, site):
    site.pages["GET /health"] = lambda headers, body: (404, {"detail": "Not Found"})
    found = only(look(site.port))
    assert "is not ours: it answered with status 404 and application/json" in found.text
    assert "original ScreenAgent" in found.fix


def test_another_protocol(look, speaker):
    server = speaker(b"SSH-2.0-OpenSSH_9.2\r\n", close=True)
    assert "is not ours: it does not speak HTTP" in only(look(server.port)).text


def test_a_token_that_is_refused(look, site):
    site.pages["GET /health"] = lambda headers, body: (200, {"status": "ready"})
    site.pages["GET /clipboard"] = lambda headers, body: (401, {"success": False, "message": "The token is missing or wrong."})
    found = only(look(site.port))
    assert "refused our token" in found.text
    assert "remote_clipboard_secret_token" in found.fix


@pytest.mark.parametrize(("status", "answer"), [(500, b"Internal Server Error"), (502, b"<html>Bad gateway</html>")])
def test_an_error_of_the_service(look, site, status, answer):
    site.pages["GET /health"] = lambda headers, body: (status, answer)
    found = only(look(site.port))
    assert f"answered with the error status {status}" in found.text
    assert "log" in found.fix


def test_a_service_without_a_clipboard(look, site):
    site.pages["GET /health"] = lambda headers, body: (503, {"status": "unavailable", "reason": "no display is set"})
    found = only(look(site.port))
    assert found.text.endswith("runs, but reaches no clipboard: no display is set.")
    assert "xclip" in found.fix


def test_a_clipboard_that_does_not_keep_what_it_gets(look, site):
    held = iter(["mine", "somebody else's"])
    site.pages["GET /health"] = lambda headers, body: (200, {"status": "ready"})
    site.pages["GET /clipboard"] = lambda headers, body: (200, {"success": True, "text": next(held)})
    site.pages["POST /clipboard"] = lambda headers, body: (200, {"success": True})
    assert "another one comes back" in only(look(site.port)).text


def test_not_using_it_is_no_problem(examine):
    [found] = examine(clipboard, "llm_api: {use: OCR}\nremote_vnc_server: {host: desk}\n")
    assert found.verdict is Verdict.NOTE
