"""What strangers and crowds can do to the service: they get the right status, it keeps its size, and it works afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from screenagent_clipboard.limits import MIB, Limits
from unit.clipboard_server.crowd import ask, connected, getting, head, setting, statuses

# What the service takes at the start (some 50 MiB), its room for large bodies, and what one text costs on its way.
_BOUND = 320 * MIB


@pytest.fixture(scope="module")
def attacked(display: str, run_service: Callable[..., Any]) -> Iterator[Any]:
    """A service for the tests of this file alone, so that its peak is theirs."""
    with run_service({"DISPLAY": display}) as running:
        yield running


@pytest.fixture(autouse=True)
def still_works(attacked: Any) -> Iterator[None]:
    """After each attack it does its work, within its bound of memory."""
    yield
    assert attacked.works()
    assert attacked.peak_memory() < _BOUND


def test_a_thousand_requests_at_once_are_all_answered(attacked: Any) -> None:
    texts = [f"text {number}" for number in range(250)]
    sets = [setting(text, attacked.token) for text in texts]
    gets = [getting(attacked.token)] * 250
    wrong = [setting("never", "wrong-token"), getting("wrong-token")] * 125
    answers = ask(attacked.url, [*sets, *gets, *wrong, *([head("GET", "/health")] * 250)])
    assert statuses(answers[:500]) == {200}
    assert statuses(answers[500:750]) == {401}
    assert statuses(answers[750:]) == {200}
    assert attacked.get().json()["text"] in texts


def test_a_thousand_connections_are_possible_whatever_the_shell_allows(display: str, run_service: Callable[..., Any]) -> None:
    with run_service({"DISPLAY": display}, open_files=200) as service:
        assert statuses(ask(service.url, [head("GET", "/health")] * 1000)) == {200}


def test_many_large_texts_at_once_all_arrive_in_bounded_memory(attacked: Any) -> None:
    request = setting("x" * 9 * MIB, attacked.token)
    assert statuses(ask(attacked.url, [request] * 30)) == {200}
    assert statuses(ask(attacked.url, [getting(attacked.token)] * 30)) == {200}


def test_bodies_of_fifty_megabytes_among_large_texts_are_refused_and_not_kept(attacked: Any) -> None:
    flood = head("POST", "/clipboard", 50_000_000) + b" " * 50_000_000
    one_chunk = b"2faf080\r\n" + b" " * 50_000_000 + b"\r\n0\r\n\r\n"
    unannounced = head("POST", "/clipboard", None, None, "Transfer-Encoding: chunked") + one_chunk
    answers = ask(attacked.url, [flood, setting("x" * 9 * MIB, attacked.token), unannounced, getting(attacked.token)] * 10)
    for place, status in enumerate((413, 200, 413, 200)):
        assert statuses(answers[place::4]) == {status}


def test_large_bodies_without_the_token_are_refused_in_bounded_memory(attacked: Any) -> None:
    in_body = setting("x" * 9 * MIB, "wrong-token")
    in_header = setting("x" * 9 * MIB, attacked.token, "wrong-token")
    answers = ask(attacked.url, [in_body, in_header] * 20)
    assert statuses(answers) == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"bearer"}


def test_a_refusal_known_from_the_head_does_not_wait_for_a_body_that_is_held_back(attacked: Any) -> None:
    held_back = [
        head("POST", "/clipboard", 50_000_000, None, "Expect: 100-continue"),
        head("POST", "/clipboard", 50, "wrong-token", "Expect: 100-continue"),
    ]
    assert [answer.status for answer in ask(attacked.url, held_back)] == [413, 401]


@pytest.mark.parametrize("unit", [b"[],", b'{"a":[]},', b'"",', b"1,", b"[", b"  ", b'{"":'])
def test_json_made_to_fill_memory_is_not_parsed(attacked: Any, unit: bytes) -> None:
    body = (b"[" + unit * (10 * MIB // len(unit)))[: 10 * MIB]
    answers = ask(attacked.url, [head("POST", "/clipboard", len(body)) + body] * 4)
    assert statuses(answers) == {422}


def test_strangers_leave_room_for_who_shows_the_token_in_the_header(display: str, run_service: Callable[..., Any]) -> None:
    limits = Limits(room=10 * MIB, turn_time=0.5, pause_time=20.0, body_time=20.0)
    with run_service({"DISPLAY": display}, limits=limits) as service, connected(service.url) as stranger:
        stranger.sendall(head("POST", "/clipboard", 10 * MIB) + b" " * 100_000)
        text = "x" * 100_000
        while (refused := ask(service.url, [setting(text, service.token)])[0]).status == 200:
            pass  # the stranger's body has not begun to arrive
        assert refused.status == 503
        assert refused.headers["retry-after"] == "2"
        assert "try again" in refused.json()["message"]
        assert statuses(ask(service.url, [setting(text, service.token, service.token)])) == {200}
        assert service.works()
