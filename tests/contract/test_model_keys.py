"""Every key that a reply can name is a key that a desktop can press."""

from __future__ import annotations

import pytest

from screenagent.desktop.keys import keysym
from screenagent.dialects.keys import KEY_NAMES


@pytest.mark.parametrize("name", sorted(KEY_NAMES))
def test_the_desktop_knows_the_key(name):
    assert keysym(name) > 0
