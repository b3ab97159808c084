"""What drawn photographs are made of: skies, suns, ridges, grain."""

import io
import math
import random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]

_STEPS: Final = 8
"""Pixels between the corners of an outline."""


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Give the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (
        round(one + (other - one) * share) for one, other in zip(first, second, strict=True)
    )
    return red, green, blue


def gradient(size: Size, top: Colour, bottom: Colour) -> Image.Image:
    """Give a picture that fades from top to bottom."""
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def sun(picture: Image.Image, draw: random.Random, height: float) -> float:
    """Put a glowing disc into a picture at a share of its height; give how far from the left."""
    x, y = picture.width * draw.uniform(0.2, 0.8), picture.height * height
    radius = picture.height * draw.uniform(0.03, 0.06)
    light = Image.new("RGB", picture.size)
    pen = ImageDraw.Draw(light)
    for ring, colour in ((6.0, (60, 40, 20)), (3.0, (70, 50, 30)), (1.0, (255, 240, 210))):
        reach = radius * ring
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)
    light = light.resize((picture.width // 4, picture.height // 4))
    light = light.filter(ImageFilter.GaussianBlur(radius / 3)).resize(picture.size)
    picture.paste(ImageChops.screen(picture, light))
    return x


def ridge(
    picture: Image.Image, draw: random.Random, *, height: float, rough: float, fill: Colour
) -> None:
    """Fill everything below a rough outline that begins at a share of the height."""
    width, tall = picture.size
    waves = [
        (draw.uniform(0.6, 1.6) * 2**octave, rough / 2**octave, draw.uniform(0, math.tau))
        for octave in range(6)
    ]
    outline = [
        (
            x,
            tall
            * (
                height
                + sum(
                    size * math.sin(math.tau * pace * x / width + phase)
                    for pace, size, phase in waves
                )
                / 2
            ),
        )
        for x in range(0, width + _STEPS, _STEPS)
    ]
    ImageDraw.Draw(picture).polygon([*outline, (width + _STEPS, tall), (0, tall)], fill=fill)


def screened(picture: Image.Image, light: Image.Image) -> Image.Image:
    """Give a picture with light added to it."""
    return ImageChops.screen(picture, light)


def grained(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Give a picture with the grain of film; it is what makes a drawing look taken."""
    noise = Image.frombytes("L", (128, 128), draw.randbytes(128 * 128))
    grain = noise.point(lambda value: 128 + (value - 128) // 3).resize((256, 256))
    sheet = Image.new("L", picture.size)
    for x in range(0, picture.width, 256):
        for y in range(0, picture.height, 256):
            sheet.paste(grain, (x, y))
    return Image.blend(picture, ImageChops.overlay(picture, sheet.convert("RGB")), 0.35)


def jpeg(picture: Image.Image) -> bytes:
    """Give a picture as a camera would store it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
