"""The latest picture of the screen, scaled once for every size at which it is painted."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QImage, QPixmap

from screenagent.domain.geometry import Size
from screenagent.domain.screen import Screenshot
from screenagent.gui.placement import Placement


class Film:
    """Holds one picture at a time."""

    def __init__(self) -> None:
        self._shot: Screenshot | None = None
        self._image = QImage()
        self._scaled = QPixmap()

    @property
    def size(self) -> Size | None:
        """The screen's size in pixels; None before the first picture."""
        return self._shot.size if self._shot else None

    def load(self, shot: Screenshot) -> None:
        """Hold this picture from now on."""
        pixels = np.ascontiguousarray(shot.pixels)
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format_RGB888)
        # converting also unties the image from the bytes, whose lifetime Qt does not know
        self._image = image.convertToFormat(QImage.Format_RGB32)
        self._shot = shot
        self._scaled = QPixmap()

    def scaled(self, placement: Placement, ratio: float) -> QPixmap:
        """The picture in the placement's size, for a view with `ratio` device pixels a view pixel."""
        wanted = QSize(round(placement.width * ratio), round(placement.height * ratio))
        if self._scaled.isNull() or self._scaled.size() != wanted:
            image = self._image
            if image.size() != wanted:
                image = image.scaled(wanted, Qt.IgnoreAspectRatio, Qt.SmoothTransformation)
            self._scaled = QPixmap.fromImage(image)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled
