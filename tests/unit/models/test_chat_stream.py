"""Chat replies that are streamed: told while they grow, closed when complete, asked for again when they break."""

from __future__ import annotations

import gzip
import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screenagent.domain.events import CallRetried, ReplyGrew
from screenagent.errors import Cancelled, ModelAnswerInvalid, ModelRefused, ModelTimeout, ModelUnreachable
from screenagent.models import ModelOptions, call, chat_stream, http, make
from screenagent.models.call import BrokenOff
from screenagent.models.chat_stream import _Asking, read_stream
from screenagent.models.failures import Failures, Passing, StatusError

DONE = b"data: [DONE]\n\n"
LIST = '[{"action_type": "WaitAction", "wait_time": 1}]'
WAIT = 30.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "FIRST_DELAY", 0.001)


def model(server, **options):
    return make("chat_completions", ModelOptions("Mine", **{"target_url": f"{server.url}/v1", "model_name": "m", **options}))


def event(value):
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def piece(text=None, finish_reason=None, **delta):
    if text is not None:
        delta["content"] = text
    return event({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})


def figures(tokens_in=900, tokens_out=12):
    return event({"choices": [], "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}})


def grown(events):
    return "".join(event.text for event in events if isinstance(event, ReplyGrew))


def complete(text):
    return text.rstrip().endswith("]")


def test_the_stream_and_its_figures_are_asked_for(server, prompt, cancel, events, streamed):
    server.say(streamed([piece("", role="assistant"), piece("he"), piece("llo"), piece(finish_reason="stop"), figures(), DONE]))
    reply = model(server, max_tokens=9).complete(prompt, cancel, events.append)
    assert (reply.text, reply.model, reply.tokens_in, reply.tokens_out, reply.closed) == ("hello", "Mine", 900, 12, False)
    assert reply.first_token is not None
    assert 0 < reply.first_token <= reply.seconds
    (heard,) = server.heard
    assert (heard.body["stream"], heard.body["stream_options"]) == (True, {"include_usage": True})
    assert heard.headers["accept"] == "application/json, text/event-stream"


def test_the_reply_is_told_while_it_grows(server, prompt, cancel, streamed):
    """The server goes on only when its first words were told."""
    told, events = threading.Event(), []

    def hear(event):
        events.append(event)
        told.set()

    server.say(streamed([piece("first"), lambda: told.wait(WAIT), piece(", second", "stop"), DONE]))
    assert model(server).complete(prompt, cancel, hear).text == "first, second"
    assert events == [ReplyGrew("first"), ReplyGrew(", second")]


def test_words_that_were_held_back_are_told_before_the_next_ones_come(server, prompt, cancel, streamed):
    told, events = threading.Event(), []

    def hear(event):
        events.append(event)
        if grown(events) == "one two":
            told.set()

    server.say(streamed([piece("one"), piece(" two"), lambda: told.wait(WAIT), piece(" three", "stop"), DONE]))
    model(server).complete(prompt, cancel, hear)
    assert told.is_set()
    assert grown(events) == "one two three"


def test_many_small_pieces_are_told_together(server, prompt, cancel, events, streamed, monkeypatch):
    monkeypatch.setattr(chat_stream, "BETWEEN_TELLINGS", WAIT)
    server.say(streamed([piece(str(at % 10)) for at in range(500)] + [piece(finish_reason="stop"), DONE]))
    reply = model(server).complete(prompt, cancel, events.append)
    assert grown(events) == reply.text == "0123456789" * 50
    assert len(events) == 2


@pytest.mark.parametrize("chunked", [True, False])
def test_a_complete_reply_closes_the_stream_and_the_server_sees_it(server, prompt, cancel, events, streamed, chunked):
    pieces = [piece("", role="assistant"), piece('[{"a"'), piece(": 1}"), piece("]"), lambda: None]
    server.say(streamed(pieces, chunked=chunked, stays=True))
    reply = model(server).complete(prompt, cancel, events.append, complete)
    assert (reply.text, reply.closed, reply.tokens_in, reply.tokens_out) == ('[{"a": 1}]', True, None, 3)
    assert grown(events) == reply.text
    assert server.hung_up.wait(WAIT)


def test_the_figures_are_taken_from_a_closed_stream_that_told_them_on_the_way(server, prompt, cancel, events, streamed):
    first = {"choices": [{"delta": {"content": "[]"}}], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}
    server.say(streamed([event(first)], stays=True))
    reply = model(server).complete(prompt, cancel, events.append, complete)
    assert (reply.closed, reply.tokens_in, reply.tokens_out) == (True, 7, 5)


def test_what_comes_after_the_complete_reply_is_not_part_of_it(server, prompt, cancel, events, streamed):
    server.say(streamed([piece("[]") + piece(" And more") + event({"error": "too late"}) + b"data: {\n\n"], stays=True))
    reply = model(server).complete(prompt, cancel, events.append, complete)
    assert (reply.text, reply.closed) == ("[]", True)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 50, 500])
def test_the_same_reply_is_taken_however_the_server_cuts_it(server, prompt, cancel, events, streamed, size):
    text = f"I wait [a second].\n```json\n{LIST}\n```\nAnd then, maybe:\n```json\n{LIST}\n```"
    server.say(streamed([piece(text[at : at + size]) for at in range(0, len(text), size)], stays=True))
    reply = model(server).complete(prompt, cancel, events.append, lambda text: text.endswith("]\n```"))
    assert (reply.text, reply.closed) == (text[: text.index("\n```\nAnd") + 4], True)
    assert grown(events) == reply.text


def test_a_reply_that_ends_with_its_stream_was_not_closed(server, prompt, cancel, events, streamed):
    server.say(streamed([piece("[]") + piece(finish_reason="stop") + figures() + DONE]))
    reply = model(server).complete(prompt, cancel, events.append, complete)
    assert (reply.text, reply.closed, reply.tokens_in, reply.tokens_out) == ("[]", False, 900, 12)


@pytest.mark.parametrize(
    "pieces",
    [
        [piece("hello", "stop")],
        [piece("hello"), piece(finish_reason="stop"), figures()],
        [piece("hello"), DONE],
        [piece("hello"), b"data: [DONE]"],
        [piece("hello", "stop"), b"data: {broken\n\n"],
        [piece("hello", "length"), figures()],
        [piece("hello", "stop").replace(b"\n", b"\r\n")],
        [b": alive\n\n", piece(reasoning_content="hm"), piece(reasoning="hm"), piece("hello", "stop"), b": alive\n\n"],
        [event({"choices": []}), event({}), event([]), event(7), piece("hello", "stop")],
        [event({"choices": [{"delta": None}]}), event({"choices": [None]}), piece("hello", "stop")],
        [piece([{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}], "stop")],
        [piece(None, refusal="hel"), piece(None, refusal="lo"), piece(finish_reason="stop")],
        [bytes([byte]) for byte in piece("hello") + piece(finish_reason="stop") + DONE],
        ["\ufeff".encode() + piece("hello", "stop")],
    ],
    ids=lambda pieces: f"{len(pieces)}:{pieces[0][:20]!r}",
)
@pytest.mark.parametrize("chunked", [True, False])
def test_a_stream_is_read_in_all_its_forms(server, prompt, cancel, events, streamed, pieces, chunked):
    server.say(streamed(pieces, chunked=chunked))
    reply = model(server).complete(prompt, cancel, events.append)
    assert reply.text == grown(events) == "hello"
    assert len(server.heard) == 1


def test_a_character_cut_in_two_is_whole_again(server, prompt, cancel, events, streamed):
    raw = json.dumps({"choices": [{"delta": {"content": "打开🖱"}, "finish_reason": "stop"}]}, ensure_ascii=False).encode()
    raw = b"data: " + raw + b"\n\n"
    cut = raw.index("开".encode()) + 1
    server.say(streamed([raw[:cut], raw[cut : cut + 5], raw[cut + 5 :]]))
    assert model(server).complete(prompt, cancel, events.append).text == "打开🖱"


def test_a_compressed_stream_is_read(server, prompt, cancel, events, streamed):
    server.say(streamed([gzip.compress(piece("hello", "stop") + DONE)], headers={"Content-Encoding": "gzip"}))
    assert model(server).complete(prompt, cancel, events.append).text == "hello"
    assert server.heard[0].headers["accept-encoding"] == "identity"


def test_the_end_mark_is_not_waited_for_without_end(server, prompt, cancel, events, streamed, monkeypatch):
    monkeypatch.setattr(chat_stream, "FOR_THE_FIGURES", 0.01)
    server.say(streamed([piece("hello", "stop")], stays=True))
    assert model(server).complete(prompt, cancel, events.append).text == "hello"


def test_nothing_is_waited_for_once_the_figures_are_there(server, prompt, cancel, events, streamed, monkeypatch):
    monkeypatch.setattr(chat_stream, "FOR_THE_FIGURES", 3600)
    server.say(streamed([piece("hello", "stop"), figures()], stays=True))
    assert model(server).complete(prompt, cancel, events.append).tokens_in == 900
    assert server.hung_up.wait(WAIT)


def test_a_stream_that_breaks_is_asked_for_again_and_the_reply_starts_anew(server, prompt, cancel, events, streamed):
    server.say(
        streamed([piece("half of it")], breaks=True),
        streamed([piece("half")], chunked=False),
        streamed([piece("half"), b'data: {"choices": [{"delta"']),
        streamed([piece("half"), b"data: <html>\n\n", piece("way", "stop")]),
        streamed([piece("the whole", "stop"), DONE]),
    )
    reply = model(server).complete(prompt, cancel, events.append)
    assert reply.text == "the whole"
    assert [event.reason for event in events if isinstance(event, CallRetried)] == ["the answer broke off"] * 4
    last = max(at for at, event in enumerate(events) if isinstance(event, CallRetried))
    assert grown(events[last:]) == "the whole"


def test_breaking_without_end_is_told(server, prompt, cancel, events, streamed):
    server.say(streamed([piece("half")]))
    with pytest.raises(ModelAnswerInvalid, match="broke off half-way"):
        model(server, retries=1).complete(prompt, cancel, events.append)
    assert len(server.heard) == 2


@pytest.mark.parametrize(
    "said",
    [
        event({"error": {"message": "out of memory", "type": "server_error", "code": None}}),
        event({"error": {"message": "out of memory", "code": 503}}),
        event({"object": "error", "message": "out of memory", "type": "InternalServerError", "code": 500}),
        event({"error": "out of memory"}),
        b'error: {"code": 500, "message": "out of memory", "type": "server_error"}\n\n',
        b'event: error\ndata: {"error": {"message": "out of memory"}}\n\n',
    ],
)
def test_an_error_in_the_stream_may_pass(server, prompt, cancel, events, streamed, said):
    server.say(streamed([piece("half"), said, DONE]), streamed([piece("whole", "stop")]), streamed([said]))
    mine = model(server, retries=1)
    assert mine.complete(prompt, cancel, events.append).text == "whole"
    with pytest.raises(ModelUnreachable, match="broke its answer off: out of memory"):
        mine.complete(prompt, cancel, events.append)


def test_an_error_of_ours_told_in_the_stream_does_not(server, prompt, cancel, events, streamed):
    server.say(streamed([event({"error": {"message": "the picture is too small", "code": 400}})]))
    with pytest.raises(ModelRefused, match="too small"):
        model(server).complete(prompt, cancel, events.append)
    assert (len(server.heard), events) == (1, [])


@pytest.mark.parametrize(
    ("refusal", "then"),
    [
        ({"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, {"stream": True}),
        ({"error": {"message": "Stream options can only be defined when `stream=True`."}}, {"stream": True}),
        (
            {
                "object": "error",
                "message": {"detail": [{"loc": ["body", "stream_options", "include_usage"], "msg": "Extra inputs"}]},
            },
            {"stream": True},
        ),
        ({"message": "include_usage: unknown field"}, {"stream": True}),
        ({"error": {"message": "Streaming is not supported for this model."}}, {}),
        ({"error": {"message": "Your organization must be verified to stream this model."}}, {}),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_rejects_streaming_is_asked_without_it_from_then_on(
    server, prompt, cancel, events, said, streamed, refusal, then, status
):
    good = streamed([piece("hello", "stop"), DONE]) if then else {"choices": [{"message": {"content": "hello"}}]}
    server.say(said(refusal, status), good)
    mine = model(server)
    assert [mine.complete(prompt, cancel, events.append).text for _ in range(2)] == ["hello", "hello"]
    sent = [{name: heard.body[name] for name in heard.body if name.startswith("stream")} for heard in server.heard]
    assert sent == [{"stream": True, "stream_options": {"include_usage": True}}, then, then]
    assert not any(isinstance(event, CallRetried) for event in events)


def test_an_error_that_only_sounds_like_it_is_not_taken_for_that(server, prompt, cancel, events, said):
    server.say(said({"error": {"message": "the upstream_stream is unhappy"}}, 400))
    with pytest.raises(ModelRefused, match="unhappy"):
        model(server).complete(prompt, cancel, events.append)
    assert len(server.heard) == 1


def test_a_server_that_answers_whole_is_not_asked_for_a_stream_again(server, prompt, cancel, events):
    server.say({"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}})
    mine = model(server)
    replies = [mine.complete(prompt, cancel, events.append, complete) for _ in range(2)]
    assert [(reply.text, reply.tokens_in, reply.first_token, reply.closed) for reply in replies] == [
        ("hello", 3, None, False)
    ] * 2
    assert ["stream" in heard.body for heard in server.heard] == [True, False]
    assert events == []


def test_a_stream_that_nobody_asked_for_is_read_all_the_same(server, prompt, cancel, events, streamed):
    server.say(streamed([piece("hello", "stop"), DONE]))
    assert model(server, stream=False).complete(prompt, cancel, events.append).text == "hello"
    assert "stream" not in server.heard[0].body


@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        ([piece(reasoning_content="hm"), piece("", "length"), DONE], "raise max_tokens"),
        ([piece(tool_calls=[{"index": 0}]), piece(finish_reason="tool_calls"), DONE], "finish_reason: tool_calls"),
    ],
)
def test_a_stream_without_words_is_told(server, prompt, cancel, events, streamed, pieces, sentence):
    server.say(streamed(pieces))
    with pytest.raises(ModelAnswerInvalid) as caught:
        model(server).complete(prompt, cancel, events.append)
    assert sentence in str(caught.value)


def test_thoughts_are_not_told_but_counted(server, prompt, cancel, events, streamed):
    server.say(streamed([piece(reasoning_content="hm"), piece(reasoning="so"), piece("[]")], stays=True))
    reply = model(server).complete(prompt, cancel, events.append, complete)
    assert (reply.text, reply.tokens_out, grown(events)) == ("[]", 3, "[]")


def test_an_event_without_end_is_refused(server, prompt, cancel, events, streamed):
    server.say(streamed([b"data: " + b"x" * 65536, *[b"x" * 65536] * 20]))
    with pytest.raises(ModelAnswerInvalid, match="in one event"):
        model(server).complete(prompt, cancel, events.append)


def test_a_stream_without_end_is_refused(server, prompt, cancel, events, streamed, monkeypatch):
    monkeypatch.setattr(call, "MAX_STREAM", 100_000)
    server.say(streamed([b": alive" + b" " * 1000 + b"\n\n"] * 200))
    with pytest.raises(ModelAnswerInvalid, match="longer than"):
        model(server).complete(prompt, cancel, events.append)


def test_stop_on_the_first_words_ends_the_call(server, prompt, cancel, streamed):
    server.say(streamed([piece("first")], stays=True))
    with pytest.raises(Cancelled):
        model(server).complete(prompt, cancel, lambda _: cancel.cancel())
    assert server.hung_up.wait(WAIT)


def test_thoughts_without_words_run_into_the_time_limit(server, prompt, cancel, events, streamed):
    server.say(streamed([piece(reasoning_content="hm")], stays=True))
    with pytest.raises(ModelTimeout):
        model(server, timeout=0.2).complete(prompt, cancel, events.append)
    assert server.hung_up.wait(WAIT)


class Arrived:
    """An answer that has come in already."""

    seconds = 1.0

    def __init__(self, pieces):
        self._pieces = iter(pieces)

    def take(self, patience=None):
        return next(self._pieces, b"")


NAMES = ["choices", "delta", "content", "finish_reason", "usage", "prompt_tokens", "error", "code", "message", "object", "text"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["stop", "error", "]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
CHUNKS = st.builds(lambda value: {"choices": [{"delta": {"content": value}}]}, VALUES)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.binary(max_size=20), (VALUES | CHUNKS).map(event)), max_size=8))
def test_whatever_a_stream_holds_it_is_a_reply_or_an_error_of_ours(pieces):
    told = []
    try:
        streamed = read_stream(Arrived(pieces), Failures(ModelOptions("Mine"), "here"), told.append, complete)
    except (BrokenOff, Passing, StatusError):
        return
    assert grown(told) == streamed.text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["]", "}", "`", "x", "ab]\n", "\n"]), max_size=3000))
def test_asking_stays_linear_in_the_replys_length(pieces):
    looked_at = []
    asking, parts = _Asking(lambda text: looked_at.append(len(text)) or False), []
    for text in pieces:
        parts.append(text)
        asking.is_finished(parts, text)
    assert "".join(parts) == "".join(pieces)
    assert sum(looked_at) <= 100_000 + 40 * len("".join(pieces))


def test_asking_stays_linear_in_a_reply_that_does_nothing_but_close():
    looked_at = []
    asking, parts = _Asking(lambda text: looked_at.append(len(text)) or False), []
    for _ in range(20_000):
        parts.append("]")
        asking.is_finished(parts, "]")
    assert sum(looked_at) <= 100_000 + 40 * 20_000


def test_an_ordinary_reply_is_asked_about_at_each_bracket():
    asked = []
    asking, parts = _Asking(lambda text: asked.append(text) or False), []
    for text in [LIST[at : at + 3] for at in range(0, len(LIST), 3)] * 20:
        parts.append(text)
        asking.is_finished(parts, text)
    assert sum(text.endswith("]") for text in asked) == 20
