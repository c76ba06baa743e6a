"""The first signal stops in order, the second ends at once."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from screenagent.cli.signals import SIGNALS, ending_on_signals


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_for_a_stop_by_its_name(number):
    asked = threading.Event()
    names = []

    def stop(name):
        names.append(name)
        asked.set()

    before = signal.getsignal(number)
    with ending_on_signals(stop, lambda: None):
        os.kill(os.getpid(), number)
        assert asked.wait(30)

    assert names == ["Ctrl+C" if number == signal.SIGINT else signal.Signals(number).name]
    assert signal.getsignal(number) is before


SCRIPT = """
import signal, sys, threading
from screenagent.cli.signals import ending_on_signals

def stop(name):
    print("stopping", flush=True)
    threading.Event().wait()

with ending_on_signals(stop, lambda: print("let go", flush=True)):
    print("ready", flush=True)
    threading.Event().wait()
"""


def test_the_second_signal_lets_go_and_ends_the_process():
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "stopping\n"
            process.send_signal(signal.SIGTERM)
            assert process.stdout.readline() == "let go\n"
            assert process.wait(30) == 130
        finally:
            process.kill()
