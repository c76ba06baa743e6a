"""Screenshots are encoded as the settings say, and small text keeps its colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from screenagent.dialects.picture import ImageOptions, encode, sent_size
from screenagent.domain.geometry import Size


def test_the_default_is_jpeg_with_full_colour_resolution(make_screenshot):
    picture = encode(make_screenshot(64, 48), ImageOptions())
    assert (picture.media_type, picture.size) == ("image/jpeg", Size(64, 48))
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.format == "JPEG"
        assert JpegImagePlugin.get_sampling(image) == 0


def test_png_keeps_every_pixel(make_screenshot):
    screenshot = make_screenshot(64, 48)
    picture = encode(screenshot, ImageOptions(format="png"))
    assert picture.media_type == "image/png"
    with Image.open(io.BytesIO(picture.data)) as image:
        assert np.array_equal(np.asarray(image), screenshot.pixels)


def test_the_same_pixels_give_the_same_bytes(make_screenshot):
    assert encode(make_screenshot(64, 48), ImageOptions()) == encode(make_screenshot(64, 48), ImageOptions())


@pytest.mark.parametrize(
    ("screen", "options", "sent"),
    [
        (Size(1920, 1080), ImageOptions(), Size(1920, 1080)),
        (Size(1024, 768), ImageOptions(max_side=1120), Size(1024, 768)),
        (Size(1920, 1080), ImageOptions(max_side=1120), Size(1120, 630)),
        (Size(1080, 1920), ImageOptions(max_side=1120), Size(630, 1120)),
        (Size(1024, 768), ImageOptions(mode="resize"), Size(1120, 840)),
        (Size(1920, 1080), ImageOptions(mode="resize"), Size(1120, 630)),
        (Size(1024, 768), ImageOptions(mode="resize", max_side=512), Size(512, 384)),
        (Size(4000, 1), ImageOptions(max_side=100), Size(100, 1)),
    ],
)
def test_the_picture_is_scaled_with_its_aspect_kept(screen, options, sent, make_screenshot):
    assert sent_size(screen, options) == sent
    picture = encode(make_screenshot(screen.width, screen.height), options)
    assert picture.size == sent
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (sent.width, sent.height)


def test_a_read_only_screenshot_is_enough(make_screenshot):
    screenshot = make_screenshot(64, 48)
    screenshot.pixels.setflags(write=False)
    assert encode(screenshot, ImageOptions(max_side=32)).size == Size(32, 24)
