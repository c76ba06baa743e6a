"""The decoder in C: built where it can be, done without where not, and of one mind with the numpy one about what is wrong."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenagent.errors import DesktopProtocolError
from screenagent.rfb import native
from screenagent.rfb.encodings import zrle
from screenagent.rfb.pixels import Translator
from support import rfb_encoders as encode

_ROOT = Path(__file__).parents[3]
_SOURCE = Path(native.__file__).with_name("tiles.c")
_needs_compiler = pytest.mark.skipif(not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="there is no C compiler")
_needs_library = pytest.mark.skipif(native.zrle is None, reason="the decoder in C was not built")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """hatch_build.py, of which only the building is looked at."""
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", _ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@_needs_compiler
def test_what_is_built_can_be_loaded(hook: ModuleType, tmp_path: Path) -> None:
    library = tmp_path / "_tiles.so"
    assert hook.build(_SOURCE, library) == ""
    assert native.load(library) is not None
    assert [path.name for path in tmp_path.iterdir()] == ["_tiles.so"]


def test_without_a_compiler_there_is_a_reason_and_no_library(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert hook.build(_SOURCE, tmp_path / "_tiles.so") == "there is no C compiler"
    monkeypatch.setenv("CC", "no-such-compiler")
    assert "no-such-compiler" in hook.build(_SOURCE, tmp_path / "_tiles.so")
    assert list(tmp_path.iterdir()) == []


@_needs_compiler
def test_source_that_does_not_compile_leaves_nothing_behind(hook: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "broken.c"
    source.write_text("int main(")
    assert hook.build(source, tmp_path / "_tiles.so")
    assert list(tmp_path.iterdir()) == [source]


@_needs_compiler
def test_the_source_compiles_without_a_warning(tmp_path: Path) -> None:
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))))
    command = [compiler, "-Wall", "-Wextra", "-Werror", "-O2", "-c", str(_SOURCE), "-o", str(tmp_path / "tiles.o")]
    subprocess.run(command, check=True, env=os.environ)


def test_a_library_that_is_missing_or_another_is_done_without(tmp_path: Path) -> None:
    assert native.load(tmp_path / "missing.so") is None
    (tmp_path / "garbage.so").write_bytes(b"garbage")
    assert native.load(tmp_path / "garbage.so") is None


def _paint(with_native: bool, data: bytes, name: str, shape: tuple[int, int]) -> np.ndarray | None:
    built: native.PaintTiles | None = native.zrle
    area = np.zeros(shape, "<u4")
    try:
        native.zrle = built if with_native else None
        zrle.paint_tiles(bytearray(data) + b"\0", Translator(name), area)  # type: ignore[arg-type]
    except DesktopProtocolError:
        return None
    finally:
        native.zrle = built
    return area & 0xFFFFFF


_DAMAGES: tuple[Callable[[bytearray, int], object], ...] = (
    lambda data, at: data.__delitem__(slice(at, None)),
    lambda data, at: data.__delitem__(at),
    lambda data, at: data.insert(at, 255),
    lambda data, at: data.__setitem__(at, data[at] ^ 128),
    lambda data, at: data.__setitem__(at, 255),
    lambda data, at: data.__setitem__(at, 0),
)


@_needs_library
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from(["bgrx", "rgb565", "bgr233"]), st.lists(st.sampled_from(_DAMAGES), max_size=3))
def test_both_decoders_show_the_same_or_refuse_the_same(seed: int, name: str, damages: list[Callable[..., object]]) -> None:
    random = np.random.default_rng(seed)
    compact = {"bgrx": 3, "rgb565": 2, "bgr233": 1}[name]
    shape = (int(random.choice([1, 17, 64, 70])), int(random.choice([1, 33, 64, 100])))
    colours = random.integers(0, 1 << (8 * compact), random.choice([1, 2, 3, 9, 40]))
    picture = np.repeat(random.choice(colours, (shape[0], -(-shape[1] // 8))), 8, axis=1)[:, : shape[1]]
    code = b"".join(encode.tile(tile, compact, random.choice) for tile in encode.tiles(picture, 64))
    data = bytearray(code)
    for damage in damages:
        damage(data, int(random.integers(len(data)))) if data else None
    one, other = _paint(True, bytes(data), name, shape), _paint(False, bytes(data), name, shape)
    assert (one is None) == (other is None)
    assert one is None or np.array_equal(one, other)
