"""RapidOCR held to what a screenshot needs: no rotation model, no enlarging, no network, no output."""

from __future__ import annotations

import copy
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr

from screenagent_workers.errors import EngineFailed
from screenagent_workers.pictures import Pixels

_LONGEST_SIDE = 2048
"""Pixels; a longer side is scaled down for detection. Smaller pictures and crops keep their size."""

_MOSTLY = 0.6
"""Share of a box's area that must be covered for the box to count as found already."""


Wanted = Callable[[int, int, int, int], bool]
"""Tells whether the text at (left, top, right, bottom), in pixels of the picture read, is to be recognised."""


@dataclass(frozen=True)
class Piece:
    """One word, or one character of a line in a script without spaces, with its extent along x."""

    text: str
    left: float
    right: float


@dataclass(frozen=True)
class Found:
    """One run of text as the engine gives it, in pixels of the picture read. `pieces` are in reading order."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    score: float
    pieces: tuple[Piece, ...]


class Engine:
    """The text detector and recogniser, loaded. One caller at a time.

    Raises EngineFailed when the models are missing or do not load.
    """

    def __init__(self, threads: int = 2) -> None:
        self.name = f"rapidocr {importlib.metadata.version('rapidocr')}"
        try:
            self._read = rapidocr.RapidOCR(params=_settings(threads))
            self._read(_sample())
            detector: Any = self._read.text_det
            self._boxes = detector.postprocess_op = _BothMasks(detector.postprocess_op)
        except Exception as error:
            raise EngineFailed(f"the reading engine did not load: {_first_line(error)}") from error

    def read(self, picture: Pixels, wanted: Wanted | None = None) -> list[Found]:
        """Return the text runs of `picture`, top to bottom; where text is found but not `wanted`, it is not read.

        Raises EngineFailed when the engine breaks.
        """
        self._boxes.wanted = wanted
        try:
            result: Any = self._read(picture)
        except Exception as error:
            raise EngineFailed(f"the reading engine broke on this picture: {_first_line(error)}") from error
        finally:
            self._boxes.wanted = None
        if getattr(result, "boxes", None) is None or not result.txts:
            return []
        found = []
        height, width = picture.shape[:2]
        words_of = result.word_results if len(result.word_results or ()) == len(result.txts) else [()] * len(result.txts)
        for box, text, score, words in zip(result.boxes, result.txts, result.scores, words_of, strict=True):
            left, right = max(0, int(box[:, 0].min())), min(width, round(float(box[:, 0].max())))
            top, bottom = max(0, int(box[:, 1].min())), min(height, round(float(box[:, 1].max())))
            if right <= left or bottom <= top:
                continue
            pieces = tuple(
                Piece(word, _within(min(p[0] for p in quad), left, right), _within(max(p[0] for p in quad), left, right))
                for word, _, quad in words
            )
            found.append(Found(str(text), left, top, right, bottom, float(score), pieces))
        return found


class _BothMasks:
    """Boxes from the detector's plain mask, and from its thickened mask where the plain one has none.

    The thickened mask finds what is made of thin strokes (an equals sign), but runs neighbouring labels together and loses
    a row of them when the pointer lies on it. Both come from one run of the network.
    """

    def __init__(self, thick: Any) -> None:
        self.wanted: Wanted | None = None
        self._thick = thick
        self._plain = copy.copy(thick)
        self._plain.dilation_kernel = None
        self._plain.thresh, self._plain.box_thresh = 0.3, 0.3

    def __call__(self, prediction: Any, shape: tuple[int, int]) -> tuple[Any, list[float]]:
        """Return corners (boxes x 4 x 2, pixels) and scores of what is wanted."""
        boxes, scores = self._all(prediction, shape)
        if self.wanted is None or not len(boxes):
            return boxes, scores
        kept = [bool(self.wanted(*(int(edge) for edge in (*box.min(axis=0), *box.max(axis=0))))) for box in boxes]
        return boxes[kept], [score for score, keep in zip(scores, kept, strict=True) if keep]

    def _all(self, prediction: Any, shape: tuple[int, int]) -> tuple[Any, list[float]]:
        boxes, scores = self._plain(prediction, shape)
        more, more_scores = self._thick(prediction, shape)
        if not len(boxes) or not len(more):
            return (boxes, scores) if len(boxes) else (more, more_scores)
        low, high = boxes.min(axis=1), boxes.max(axis=1)
        kept = np.ones(len(boxes), np.bool_)
        added = []
        for index, box in enumerate(more):
            start, end = box.min(axis=0), box.max(axis=0)
            common = np.clip(np.minimum(high, end) - np.maximum(low, start), 0, None).prod(axis=1)
            if common.sum() < _MOSTLY * (end - start).prod():
                added.append(index)
                kept &= common < _MOSTLY * (high - low).prod(axis=1)
        scores = [score for score, keep in zip(scores, kept, strict=True) if keep]
        return np.concatenate([boxes[kept], more[added]]), [*scores, *(more_scores[index] for index in added)]


def _sample() -> Pixels:
    """A small picture with text on it: reading it loads both models."""
    picture = np.full((48, 160, 3), 255, np.uint8)
    cv2.putText(picture, "Ready", (20, 34), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0, 0, 0), 2)
    return picture


def _within(value: float, low: int, high: int) -> float:
    return min(max(float(value), low), high)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


def _settings(threads: int) -> dict[str, object]:
    models = Path(rapidocr.__file__).parent / "models"
    return {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.return_word_box": True,
        "Global.text_score": 0.0,
        "Global.use_vertical_padding": False,
        "Global.max_side_len": _LONGEST_SIDE * 2,
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "Det.limit_type": "max",
        "Det.limit_side_len": _LONGEST_SIDE,
        "Det.thresh": 0.2,
        "Det.box_thresh": 0.35,
        "Det.model_path": str(_model(models, "det")),
        "Rec.rec_batch_num": 1,  # together, short labels would be widened to the longest
        "Rec.model_path": str(_model(models, "rec")),
    }


def _model(folder: Path, kind: str) -> Path:
    """The model inside the installed wheel, named outright: with no path the library would download what it misses."""
    models = sorted(folder.glob(f"*_{kind}_*.onnx"))
    if not models:
        raise EngineFailed(f"the installed rapidocr has no {kind} model inside; reinstall it: pip install rapidocr")
    return models[-1]
