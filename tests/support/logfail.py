"""A warning or error of ours that a test does not expect is a failure; a test that expects one asks for `caplog`."""

import logging

import pytest

OURS = ("screenagent", "screenagent_workers", "screenagent_clipboard")


class _Gather(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_stray_warnings(request):
    """Fail the test on a record of level WARNING or above from one of our loggers."""
    gather = _Gather()
    loggers = [logging.getLogger(name) for name in OURS]
    for logger in loggers:
        logger.addHandler(gather)
    yield
    for logger in loggers:
        logger.removeHandler(gather)
    if gather.lines and "caplog" not in request.fixturenames:
        pytest.fail("logged unexpectedly:\n" + "\n".join(gather.lines), pytrace=False)
