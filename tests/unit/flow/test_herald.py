"""Events on their way out: numbered, in one order, whoever tells them and from wherever."""

from __future__ import annotations

import threading

from screenagent.domain import events as ev
from screenagent.domain.machine import State
from screenagent.flow.herald import Herald

KEY = ev.PersonInput(keysym=0x61, down=True)
END = ev.RunEnded(State.STOPPED, "", 0, 0.0)


def test_what_a_listener_brings_about_is_told_after_the_event_it_heard():
    told, herald = [], None

    def first(stamped):
        if isinstance(stamped.event, ev.Resumed):
            herald(KEY)
            herald.leave(ev.Warned("now"))
        told.append(("first", stamped.number, stamped.event))

    herald = Herald([first, lambda stamped: told.append(("second", stamped.number, stamped.event))])
    herald(ev.Resumed())
    events = [ev.Resumed(), KEY, ev.Warned("now")]
    assert told == [(name, number, event) for number, event in enumerate(events, 1) for name in ("first", "second")]


def test_what_is_left_while_another_thread_tells_is_told_by_that_thread():
    inside, go_on, told = threading.Event(), threading.Event(), []

    def slow(stamped):
        told.append((stamped.event, threading.current_thread().name))
        if isinstance(stamped.event, ev.Resumed):
            inside.set()
            assert go_on.wait(30)

    herald = Herald([slow])
    teller = threading.Thread(target=herald, args=(ev.Resumed(),), name="teller")
    teller.start()
    assert inside.wait(30)
    herald.leave(KEY)
    assert len(told) == 1
    go_on.set()
    teller.join(30)
    assert told[1:] == [(KEY, "teller")]


def test_every_event_is_told_once_and_in_order_however_many_tell():
    numbers, told = [], []

    def hear(stamped):
        numbers.append(stamped.number)
        told.append(stamped.event.text)

    herald = Herald([hear])

    def tell(name, way):
        for number in range(200):
            way(ev.Warned(f"{name}{number}"))

    threads = [threading.Thread(target=tell, args=(name, herald if name < "c" else herald.leave)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert numbers == list(range(1, 801))
    for name in "abcd":
        assert [text for text in told if text[0] == name] == [f"{name}{number}" for number in range(200)]


def test_nothing_is_told_after_the_end():
    told = []
    herald = Herald([lambda stamped: told.append(stamped.event)])
    herald(END)
    herald.leave(KEY)
    herald(KEY)
    assert told == [END]
