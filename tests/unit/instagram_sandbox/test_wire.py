"""The parent believes nothing a sandbox writes without looking."""

import asyncio
import json
import socket

import pytest

from instagram_core.kernel.errors import AdapterUnavailable
from instagram_core.media.errors import (
    MediaRefused,
    MediaTruncatedError,
    TooManyPixelsError,
    UnsupportedMediaError,
)
from instagram_core.media.model import ImageFormat, ImageInfo, RenderedImage, Rendition, Size
from instagram_core.testing.pictures import solid
from instagram_sandbox import Program
from instagram_sandbox.child import SandboxChild
from instagram_sandbox.limits import Limits
from instagram_sandbox.wire import (
    LARGEST_REPLY,
    LONGEST_HEADER,
    REPLY,
    Reply,
    WireError,
    frames,
    probed,
    read_image,
    read_info,
    read_refusal,
    refused,
    rendered,
)
from instagram_vips import VipsImageProcessor

IMAGE = RenderedImage(
    width=9,
    height=7,
    placeholder="AAgC",
    renditions=tuple(
        Rendition(size=size, encoding="webp", width=9, height=7, data=size.value.encode())
        for size in Size
    ),
)


def received(written: list[bytes]) -> Reply:
    """Read what the sandbox wrote, as the parent does."""
    (length,) = REPLY.unpack(written[0])
    assert length == len(written[1])
    return Reply.read(written[1])


def test_a_size_comes_through() -> None:
    """As it was sent."""
    info = ImageInfo(format=ImageFormat.HEIC, width=4032, height=3024)

    assert info == read_info(received(frames(probed(info))))


def test_a_picture_comes_through() -> None:
    """With all its bytes."""
    written = frames(*rendered(IMAGE))

    assert read_image(received(written), written[2:]) == IMAGE


@pytest.mark.parametrize("kind", [MediaTruncatedError, TooManyPixelsError, UnsupportedMediaError])
def test_a_refusal_comes_through(kind: type[MediaRefused]) -> None:
    """Of its kind, with its reason."""
    refusal = read_refusal(received(frames(refused(kind("because")))))

    assert isinstance(refusal, kind)
    assert str(refusal) == "because"
    assert read_refusal(received(frames({}))) is None


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b'{"lengths": 5}',
        b'{"lengths": ["x"]}',
        b'{"lengths": [-1]}',
        json.dumps({"lengths": [LARGEST_REPLY, 1]}).encode(),
    ],
)
def test_a_header_that_is_none_is_noticed(header: bytes) -> None:
    """Lengths are bounded before anything is allotted."""
    with pytest.raises(WireError):
        Reply.read(header)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"format": "tiff", "width": 1, "height": 1},
        {"format": "png", "width": "wide", "height": 1},
        {"format": "png", "width": None, "height": 1},
    ],
)
def test_a_size_that_is_none_is_noticed(fields: dict[str, object]) -> None:
    """Whatever a sandbox was made to say."""
    with pytest.raises(WireError):
        read_info(Reply(fields=fields, lengths=()))


@pytest.mark.parametrize(
    "renditions",
    [None, [], [[]], [["huge", "webp", 1, 1]], [["small", "webp", 1]], [["small", "webp", "x", 1]]],
)
def test_a_picture_that_is_none_is_noticed(renditions: object) -> None:
    """Too few, too many, of unknown size."""
    fields = {"width": 1, "height": 1, "placeholder": "", "renditions": renditions}
    with pytest.raises(WireError):
        read_image(Reply(fields=fields, lengths=(1,)), [b"x"])


@pytest.mark.parametrize(
    "answer",
    [
        REPLY.pack(LONGEST_HEADER + 1),
        REPLY.pack(3) + b"{}}",
        b"".join(frames({"format": "png"})),
        b"".join(frames({"failed": "a defect"})),
    ],
)
async def test_nonsense_is_a_fault_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """It is never taken for a picture; the sandbox is thrown away."""
    children, ends = list[SandboxChild](), list[socket.socket]()

    async def start(program: Program, limits: Limits, pictures: int) -> SandboxChild:
        ours, theirs = socket.socketpair()
        process = await asyncio.create_subprocess_exec("sleep", "60", start_new_session=True)
        ours.setblocking(False)  # noqa: FBT003 - its signature
        theirs.sendall(answer)
        ends.append(theirs)
        children.append(SandboxChild(process, ours, pictures))
        return children[-1]

    monkeypatch.setattr(SandboxChild, "start", start)
    async with VipsImageProcessor() as processor:
        with pytest.raises(AdapterUnavailable):
            await processor.probe(solid(3, 3, (1, 2, 3)))

    assert [child.is_usable for child in children] == [False]
    for end in ends:
        end.close()


async def test_a_sandbox_that_hangs_up_and_lives_on_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for it."""
    children = list[SandboxChild]()

    async def start(program: Program, limits: Limits, pictures: int) -> SandboxChild:
        ours, theirs = socket.socketpair()
        theirs.close()
        ours.setblocking(False)  # noqa: FBT003 - its signature
        process = await asyncio.create_subprocess_exec("sleep", "60", start_new_session=True)
        children.append(SandboxChild(process, ours, pictures))
        return children[-1]

    monkeypatch.setattr(SandboxChild, "start", start)
    async with VipsImageProcessor() as processor:
        with pytest.raises(AdapterUnavailable):
            await processor.probe(solid(3, 3, (1, 2, 3)))

    assert [child.is_usable for child in children] == [False, False]
