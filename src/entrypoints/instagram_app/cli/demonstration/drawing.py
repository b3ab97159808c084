"""Photographs that nobody took: scenes drawn from a number, different for every number."""

import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from instagram_app.cli.demonstration.canvas import (
    Colour,
    Size,
    gradient,
    grained,
    jpeg,
    mixed,
    ridge,
    screened,
    sun,
)

_SIZES: Final[tuple[Size, ...]] = ((1440, 1080), (1080, 1350), (1200, 1200), (1600, 1066))
_SKIES: Final[tuple[tuple[Colour, Colour], ...]] = (
    # at the horizon, at the top
    ((255, 183, 120), (94, 84, 142)),
    ((255, 214, 165), (70, 110, 160)),
    ((252, 163, 177), (58, 66, 120)),
    ((190, 215, 235), (80, 130, 190)),
    ((250, 225, 190), (120, 150, 165)),
    ((244, 162, 97), (38, 50, 90)),
)
_NIGHTS: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((88, 78, 130), (14, 18, 44)),
    ((190, 110, 110), (24, 26, 62)),
    ((50, 90, 130), (10, 16, 36)),
)
_LAMPS: Final[tuple[Colour, ...]] = (
    *((255, 196, 110), (255, 120, 90), (120, 200, 255)),
    *((190, 255, 180), (255, 160, 220)),
)
_SKINS: Final[tuple[Colour, ...]] = (
    *((141, 85, 36), (198, 134, 66), (224, 172, 105), (241, 194, 125), (92, 58, 33)),
)
_HAIRS: Final[tuple[Colour, ...]] = (
    *((30, 24, 20), (80, 50, 30), (160, 110, 60), (110, 110, 115), (150, 60, 40)),
)
_BLACK: Final[Colour] = (0, 0, 0)
_DARK: Final[Colour] = (6, 8, 16)
_SAND: Final[Colour] = (226, 168, 104)
_SHADE: Final[Colour] = (110, 62, 40)
_BARK: Final[Colour] = (34, 42, 34)
_PALE: Final[Colour] = (255, 255, 235)


def photograph(scene: str, seed: int) -> bytes:
    """Give a JPEG of a scene, 1080 to 1600 pixels at its longer side.

    Equal numbers give equal pictures.
    """
    draw = random.Random(f"photograph {scene} {seed}")
    return jpeg(grained(_SCENES[scene](draw.choice(_SIZES), draw), draw))


def portrait(seed: int) -> bytes:
    """Give a JPEG of a head before a wall, for an avatar."""
    draw = random.Random(f"portrait {seed}")
    light, wall = draw.choice(_SKIES)
    picture = gradient((480, 480), light, wall)
    pen = ImageDraw.Draw(picture)
    skin, hair = draw.choice(_SKINS), draw.choice(_HAIRS)
    x = 240 + draw.uniform(-14, 14)
    pen.ellipse((50, 340, 430, 720), fill=mixed(wall, draw.choice(_LAMPS), 0.5))
    pen.rectangle((x - 36, 270, x + 36, 370), fill=mixed(skin, _BLACK, 0.12))
    pen.ellipse((x - 108, 92, x + 108, 300), fill=hair)
    pen.ellipse((x - 88, 120, x + 88, 330), fill=skin)
    pen.chord((x - 100, 96, x + 100, draw.uniform(190, 245)), 180, 360, fill=hair)
    return jpeg(grained(picture.filter(ImageFilter.GaussianBlur(2)), draw))


def _mountains(size: Size, draw: random.Random) -> Image.Image:
    low, high = draw.choice(_SKIES)
    picture = gradient(size, high, low)
    sun(picture, draw, draw.uniform(0.2, 0.45))
    near, ridges = mixed(high, _BLACK, 0.8), draw.randint(4, 6)
    for index in range(ridges):
        share = (index + 1) / ridges
        rough = 0.24 * (1.15 - share)
        ridge(
            picture,
            draw,
            height=0.42 + 0.45 * share,
            rough=rough,
            fill=mixed(low, near, share),
        )
    return picture


def _sea(size: Size, draw: random.Random) -> Image.Image:
    low, high = draw.choice(_SKIES)
    width, height = size
    picture = gradient(size, high, low)
    horizon = int(height * draw.uniform(0.45, 0.62))
    x = sun(picture, draw, horizon / height - draw.uniform(0.03, 0.12))
    water = gradient((width, height - horizon), mixed(low, high, 0.5), mixed(high, _DARK, 0.6))
    pen, glint = ImageDraw.Draw(water), mixed(low, _PALE, 0.6)
    for _ in range(420):
        depth = draw.random() ** 2
        y, length = depth * water.height, 8 + 90 * depth * draw.random()
        left = draw.gauss(x, 30 + 0.35 * width * depth)
        pen.line((left, y, left + length, y), fill=glint, width=1 + int(3 * depth))
    shore = draw.random()
    if shore < 0.5:  # noqa: PLR2004 - half of the seas have a coast
        coast = mixed(high, _DARK, 0.5)
        ridge(picture, draw, height=horizon / height - 0.01, rough=0.06, fill=coast)
    picture.paste(water, (0, horizon))
    return picture


def _city(size: Size, draw: random.Random) -> Image.Image:
    low, high = draw.choice(_NIGHTS)
    width, height = size
    picture = gradient(size, high, low)
    pen = ImageDraw.Draw(picture)
    for row in range(3):
        left = -20.0
        colour = mixed(low, _DARK, 0.35 + 0.3 * row)
        while left < width:
            wide = draw.uniform(50, 150)
            top = height * (0.75 - draw.uniform(0.05, 0.45) + 0.12 * row)
            pen.rectangle((left, top, left + wide, height), fill=colour)
            _windows(pen, draw, left=left, top=top, wide=wide, foot=height)
            left += wide + draw.choice([0, 0, 12])
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _windows(
    pen: ImageDraw.ImageDraw,
    draw: random.Random,
    *,
    left: float,
    top: float,
    wide: float,
    foot: int,
) -> None:
    lit = draw.uniform(0.05, 0.35)
    for x in range(int(left) + 8, int(left + wide) - 10, 16):
        for y in range(int(top) + 10, foot, 22):
            if draw.random() < lit:
                lamp = mixed(_LAMPS[0], _PALE, draw.random() * 0.6)
                pen.rectangle((x, y, x + 7, y + 10), fill=lamp)


def _dunes(size: Size, draw: random.Random) -> Image.Image:
    low, high = draw.choice(_SKIES)
    picture = gradient(size, high, low)
    count = draw.randint(3, 5)
    for index in range(count):
        share = (index + 1) / count
        lit = mixed(low, _SAND, 0.4 + 0.6 * share)
        ridge(picture, draw, height=0.38 + 0.42 * share, rough=0.09, fill=lit)
        shade = mixed(lit, _SHADE, 0.45)
        ridge(picture, draw, height=0.47 + 0.44 * share, rough=0.1, fill=shade)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _forest(size: Size, draw: random.Random) -> Image.Image:
    fog: Colour = draw.choice([(206, 214, 208), (222, 214, 196), (190, 204, 216)])
    width, height = size
    picture = gradient(size, mixed(fog, _PALE, 0.4), mixed(fog, _BARK, 0.25))
    for layer in range(4):
        share = (layer + 1) / 4
        picture = Image.blend(picture, Image.new("RGB", size, fog), 0.22)
        pen = ImageDraw.Draw(picture)
        for _ in range(16 - 3 * layer):
            x, wide = draw.uniform(0, width), (6 + 40 * share) * draw.uniform(0.5, 1.1)
            lean, foot = draw.uniform(-40, 40) * share, height * (0.72 + 0.28 * share)
            top = (x + wide * 0.7 + lean, -10), (x + wide * 0.3 + lean, -10)
            pen.polygon([(x, foot), (x + wide, foot), *top], fill=mixed(fog, _BARK, share * 0.9))
        ground = mixed(fog, (60, 74, 48), share * 0.8)
        ridge(picture, draw, height=0.7 + 0.24 * share, rough=0.03, fill=ground)
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def _lights(size: Size, draw: random.Random) -> Image.Image:
    low, high = draw.choice(_NIGHTS)
    width, height = size
    picture = gradient(size, high, mixed(low, _BLACK, 0.5))
    small = (width // 2, height // 2)
    for layer in range(3):
        glow = Image.new("RGB", small)
        pen = ImageDraw.Draw(glow)
        for _ in range(26):
            radius = draw.uniform(10, 45) * (1.3 - 0.3 * layer)
            x, y = draw.uniform(0, small[0]), draw.gauss(small[1] * 0.55, small[1] * 0.22)
            colour = mixed(_BLACK, draw.choice(_LAMPS), draw.uniform(0.25, 0.7))
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        glow = glow.filter(ImageFilter.GaussianBlur(1.5 + 2.5 * layer)).resize(size)
        picture = screened(picture, glow)
    return picture


_SCENES: Final[dict[str, Callable[[Size, random.Random], Image.Image]]] = {
    "mountains": _mountains,
    "sea": _sea,
    "city": _city,
    "dunes": _dunes,
    "forest": _forest,
    "lights": _lights,
}
