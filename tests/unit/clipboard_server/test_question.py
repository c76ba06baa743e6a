from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screenagent_clipboard import question
from screenagent_clipboard.refusals import Refused

_JSON = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.lists(st.text())


@given(st.dictionaries(st.text(), _JSON), st.booleans())
def test_an_object_is_read_as_it_was_written(value: dict[str, object], escaped: bool) -> None:
    assert question.fields(bytearray(json.dumps(value, ensure_ascii=escaped).encode())) == value


@given(st.binary() | st.text('{}[]":,\\\\ue\ufeff1-.').map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Refused):
        question.fields(bytearray(body))


@pytest.mark.parametrize("unit", ["[],", '"",', "1,", '{"a":[]},', '{"'])
def test_what_is_refused_costs_little_more_than_its_size(unit: str) -> None:
    size = 1_000_000
    body = bytearray(("[" + unit * size)[:size].encode())
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            question.fields(body)
        assert tracemalloc.get_traced_memory()[1] < 3 * size
    finally:
        tracemalloc.stop()
