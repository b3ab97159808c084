"""What reading pictures costs: the sandbox over bare libvips calls, and library against library.

    python benchmarks/images.py [--photo FILE] [--heic FILE] [--json FILE]

The first table is one 12-megapixel photograph, with the sandbox and without. The second is the
adapters, in their sandboxes, beside Pillow in draft mode without one, making WebP and JPEG.

Processor time is that of everything involved, parent and children, per photograph once warm.
Each measurement runs in a process of its own; the table shows medians of several.
"""

import argparse
import asyncio
import io
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

SIDES = (1080, 640, 320, 150)
ENCODINGS = {"webp": ("webp",), "webp + jpeg": ("webp", "jpeg")}
LIBRARIES = ("vips", "imagemagick", "pillow")
LIMIT = 1.1
"""What one photograph into four WebP renditions may cost, relative to the bare calls."""


def main() -> int:
    """Print the table; 1 when the ratio is over the limit."""
    arguments = parsed()
    if arguments.case:
        print(json.dumps(measured(arguments.case, arguments.photo, arguments.pictures)))
        return 0
    rows = [row(name, arguments) for name in ENCODINGS]
    libraries = [library(*case, arguments) for case in product(LIBRARIES, ("photo", "heic"))]
    print(f"{'encodings':<14}{'bare ms':>9}{'sandbox ms':>12}{'ratio':>8}{'peak MB':>9}")
    for one in rows:
        print(
            f"{one['encodings']:<14}{one['bare_ms']:>9.1f}{one['sandbox_ms']:>12.1f}"
            f"{one['ratio']:>8.3f}{one['peak_mb']:>9.0f}"
        )
    print(f"\n{'library':<14}{'picture':<9}{'CPU ms':>9}{'peak MB':>9}")
    for one in libraries:
        print(
            f"{one['library']:<14}{one['picture']:<9}"
            f"{one['milliseconds']:>9.1f}{one['peak_mb']:>9.0f}"
        )
    if arguments.json:
        found = {"images": rows, "limit": LIMIT, "libraries": libraries}
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(rows[0]["ratio"] > LIMIT)


def parsed() -> argparse.Namespace:
    """Give the arguments of the command line."""
    root = Path(__file__).parents[1]
    media = Path(os.environ.get("INSTAGRAM_TEST_MEDIA", root.parent / "shared" / "media"))
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photo", type=Path, default=media / "photo-12mp.jpg")
    parser.add_argument("--heic", type=Path, default=media / "iphone.heic")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pictures", type=int, default=8, help="per measurement")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    return parser.parse_args()


def row(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure one line of the table, both sides in turns."""
    sides: dict[str, list[dict[str, float]]] = {"bare": [], "sandbox": []}
    for _ in range(arguments.repeats):
        for side, results in sides.items():
            results.append(in_own_process(f"{side}:{name}", arguments))
    bare, sandbox = (
        statistics.median(one["milliseconds"] for one in results) for results in sides.values()
    )
    ratios = [
        ours["milliseconds"] / theirs["milliseconds"]
        for theirs, ours in zip(sides["bare"], sides["sandbox"], strict=True)
    ]
    return {
        "encodings": name,
        "bare_ms": bare,
        "sandbox_ms": sandbox,
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
        "peak_mb": max(one["peak_mb"] for one in sides["sandbox"]),
        "bare_peak_mb": max(one["peak_mb"] for one in sides["bare"]),
    }


def library(name: str, picture: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure one library with one picture."""
    case, file = f"{name}:webp + jpeg", getattr(arguments, picture)
    results = [in_own_process(case, arguments, file) for _ in range(arguments.repeats)]
    return {
        "library": name,
        "picture": picture,
        "milliseconds": statistics.median(one["milliseconds"] for one in results),
        "peak_mb": max(one["peak_mb"] for one in results),
    }


def in_own_process(
    case: str, arguments: argparse.Namespace, photo: Path | None = None
) -> dict[str, float]:
    """Measure one case where nothing else counts into its usage."""
    photo = photo or arguments.photo
    command = [sys.executable, __file__, "--case", case, "--photo", str(photo)]
    done = subprocess.run(
        [*command, "--pictures", str(arguments.pictures)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "VIPS_CONCURRENCY": "1"},
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measured(case: str, photo: Path, pictures: int) -> dict[str, float]:
    """Give the cost per photograph of one side, and the peak memory of whoever decodes."""
    side, _, name = case.partition(":")
    data, encodings = photo.read_bytes(), ENCODINGS[name]
    run: Callable[[int], None]
    if side in BARE:
        decoder, run = resource.RUSAGE_SELF, lambda count: BARE[side](data, encodings, count)
    else:
        decoder = resource.RUSAGE_CHILDREN
        run = lambda count: asyncio.run(sandboxed(side, data, encodings, count))  # noqa: E731
    # Starting is paid by both runs, so it is no part of the difference.
    alone, together = cost(run, 1), cost(run, 1 + pictures)
    return {
        "milliseconds": 1000 * (together - alone) / pictures,
        "peak_mb": resource.getrusage(decoder).ru_maxrss / 1024,
    }


def cost(run: Callable[[int], None], count: int) -> float:
    """Give the seconds of processor that `count` photographs take, ended children included."""
    before = used()
    run(count)
    return used() - before


def used() -> float:
    """Give the seconds of processor of this process and of its ended children."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def bare(data: bytes, encodings: tuple[str, ...], count: int) -> None:
    """Make the renditions by the bare calls: shrink on load once, then from the larger one."""
    import pyvips  # noqa: PLC0415 - the other side must not have it loaded

    for _ in range(count):
        image = None
        for side in SIDES:
            image = (
                pyvips.Image.thumbnail_buffer(data, side, height=side, size="down")
                if image is None
                else image.thumbnail_image(side, height=side, size="down")
            ).copy_memory()
            if "webp" in encodings:
                image.webpsave_buffer(Q=80, keep="none")
            if "jpeg" in encodings:
                image.jpegsave_buffer(Q=82, optimize_coding=True, keep="none")


def pillow(data: bytes, encodings: tuple[str, ...], count: int) -> None:
    """Make the renditions by Pillow: draft mode for JPEG, then from the larger one, as sRGB."""
    import pillow_heif  # noqa: PLC0415 - the other sides go without
    from PIL import Image, ImageCms, ImageOps  # noqa: PLC0415

    pillow_heif.register_heif_opener()
    pillow_heif.options.DECODE_THREADS = 1
    srgb = ImageCms.createProfile("sRGB")
    for _ in range(count):
        opened = Image.open(io.BytesIO(data))
        opened.draft("RGB", (SIDES[0], SIDES[0]))
        image: Image.Image = opened
        for side in SIDES:
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
            if side == SIDES[0]:
                image = ImageOps.exif_transpose(image)
                if profile := image.info.get("icc_profile"):
                    wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
                    image = ImageCms.profileToProfile(image, wide, srgb) or image
            if "webp" in encodings:
                image.save(io.BytesIO(), "WEBP", quality=80)
            if "jpeg" in encodings:
                image.save(io.BytesIO(), "JPEG", quality=82, optimize=True)


async def sandboxed(side: str, data: bytes, encodings: tuple[str, ...], count: int) -> None:
    """Make the renditions by an adapter, in one sandbox."""
    from instagram_imagemagick import MagickImageProcessor  # noqa: PLC0415 - others go without
    from instagram_vips import VipsImageProcessor  # noqa: PLC0415 - others go without

    kind = MagickImageProcessor if side == "imagemagick" else VipsImageProcessor
    async with kind(children=1, encodings=encodings) as processor:
        for _ in range(count):
            await processor.render(data)


BARE: dict[str, Callable[[bytes, tuple[str, ...], int], None]] = {"bare": bare, "pillow": pillow}
"""What runs without a sandbox."""


if __name__ == "__main__":
    sys.exit(main())
