"""`--fast` leaves out what drives a whole desktop; everything below tests/end2end is marked as such."""

from pathlib import Path

import pytest

END2END = Path(__file__).resolve().parents[1] / "end2end"
SLOW = ("end2end", "unseen")


def pytest_addoption(parser):
    parser.addoption("--fast", action="store_true", help="leave out the tests that drive a whole desktop")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        if END2END in item.path.parents:
            item.add_marker(pytest.mark.end2end)
    if not config.getoption("fast"):
        return
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in SLOW)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
