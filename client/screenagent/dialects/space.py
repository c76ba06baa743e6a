"""Coordinate spaces: how a point in the picture that was sent becomes a point on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from screenagent.domain.geometry import Box, Point, Size


@dataclass(frozen=True)
class Space:
    """Pixels of the picture as sent, of a screen that may have another size (reference: dialects.md, section 0).

    A pixel stands for its area, so that its centre maps to the centre of the area it shows: the middle pixel stays in the middle
    and the last pixel lands on the last. With equal sizes every point maps to itself.
    """

    picture: Size
    screen: Size

    def contains(self, point: Point) -> bool:
        """Whether the point, in picture pixels, lies on the picture."""
        return self.picture.contains(point)

    def to_screen(self, point: Point) -> Point:
        """Map a point from picture pixels to screen pixels; the result is always on the screen."""
        if self.picture == self.screen:
            return point
        return self.screen.clamp(
            Point(
                (point.x + 0.5) * self.screen.width / self.picture.width - 0.5,
                (point.y + 0.5) * self.screen.height / self.picture.height - 0.5,
            )
        )

    def box_to_screen(self, box: Box) -> Box:
        """Map a box, whose edges lie between pixels, from picture to screen pixels."""
        across, down = self.screen.width / self.picture.width, self.screen.height / self.picture.height
        return Box(box.left * across, box.top * down, box.right * across, box.bottom * down)
