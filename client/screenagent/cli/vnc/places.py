"""Points and regions as they are written on the command line, in screen pixels."""

from __future__ import annotations

from screenagent.domain.geometry import Point
from screenagent.errors import ActionRefused, SettingsError


def parse_point(text: str) -> Point:
    """Return the point of ``X,Y``. Raises SettingsError."""
    numbers = _numbers(text)
    if len(numbers) != 2:
        raise SettingsError(f'"{text}" is not a point.', hint="Write X,Y in pixels from the top left corner: 100,200")
    return Point(*numbers)


def parse_region(text: str) -> tuple[int, int, int, int]:
    """Return (x, y, width, height) of ``X,Y,WIDTH,HEIGHT``. Raises SettingsError."""
    numbers = _numbers(text)
    if len(numbers) != 4 or not all(numbers[2:]):
        raise SettingsError(f'"{text}" is not a region.', hint="Write X,Y,WIDTH,HEIGHT in pixels: 0,0,640,480")
    x, y, width, height = numbers
    return x, y, width, height


def require_on_screen(region: tuple[int, int, int, int], size: tuple[int, int]) -> None:
    """Raise ActionRefused for a region that is not all on a screen of `size` (width, height)."""
    x, y, width, height = region
    if x + width > size[0] or y + height > size[1]:
        shown = ",".join(map(str, region))
        raise ActionRefused(f"The region {shown} is not all on the screen, which is {size[0]}x{size[1]} pixels.")


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    return [int(part) for part in parts] if all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts) else []
