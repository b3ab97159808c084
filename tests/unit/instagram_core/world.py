"""All use cases over the in-memory ports, with a clock that moves when told to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs

from instagram_core.accounts.model import UserId
from instagram_core.accounts.ports import PasswordHasher
from instagram_core.assembly import Ports, RelationalFamily, Services, assemble
from instagram_core.jobs.handlers import Handler
from instagram_core.jobs.service import Worker
from instagram_core.kernel.ids import UuidV7Generator
from instagram_core.media.addresses import MediaAddress, MediaAddresses
from instagram_core.media.errors import UnsupportedMediaError
from instagram_core.media.events import AvatarSubmitted, MediaDiscarded
from instagram_core.media.model import (
    ImageFormat,
    ImageInfo,
    Original,
    RenderedImage,
    Rendition,
    Size,
)
from instagram_core.media.ports import ImageProcessor
from instagram_core.memory.database import Database
from instagram_core.memory.limits import InMemoryRateLimiter
from instagram_core.memory.media import InMemoryMediaStore
from instagram_core.memory.relational import in_memory_family
from instagram_core.posts.events import PostSubmitted
from instagram_core.posts.model import PostId
from instagram_core.posts.service import NewPostText
from instagram_core.testing.clocks import ManualClock
from instagram_core.testing.scene import Scene

PICTURE = b"picture"


class LegibleHasher(PasswordHasher):
    """Hashes that a test can read, and a record of all the work that was done."""

    def __init__(self) -> None:
        """Begin with the first settings."""
        self.settings = 1
        self.verified: list[str | None] = []
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []
        """What others do while a password is being verified, one of these each time."""

    async def hash(self, password: str) -> str:
        """Give settings and password."""
        return f"{self.settings}:{password}"

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Compare, and remember with what."""
        self.verified.append(hashed)
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        return hashed is not None and hashed.partition(":")[2] == password

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether the settings have changed."""
        return not hashed.startswith(f"{self.settings}:")


class EasyImages(ImageProcessor):
    """Takes bytes that begin with `picture` for a picture; raises `fault` when there is one."""

    def __init__(self) -> None:
        """Begin without a fault."""
        self.fault: Exception | None = None
        self.rendered: list[bytes] = []

    async def probe(self, data: bytes) -> ImageInfo:
        """Judge the bytes."""
        if not data.startswith(PICTURE):
            raise UnsupportedMediaError
        return ImageInfo(format=ImageFormat.JPEG, width=640, height=480)

    async def render(self, data: bytes) -> RenderedImage:
        """Give renditions that show what they were made of."""
        self.rendered.append(data)
        if self.fault is not None:
            raise self.fault
        info = await self.probe(data)
        return RenderedImage(
            width=info.width,
            height=info.height,
            placeholder="1QcSHQ==",
            renditions=tuple(
                Rendition(size=size, encoding=encoding, width=4, height=3, data=data + b" small")
                for size in Size
                for encoding in ("webp", "jpeg")
            ),
        )


@attrs.frozen(kw_only=True)
class World:
    """Ports one can look into, and every use case over them."""

    clock: ManualClock
    database: Database
    ports: Ports
    images: EasyImages
    passwords: LegibleHasher
    files: InMemoryMediaStore
    services: Services
    scene: Scene
    """Arranges people and posts by the ports, without the use cases."""

    @property
    def family(self) -> RelationalFamily:
        """Give the ports of the relational family."""
        return self.ports.relational

    def rebuilt(self, **changes: Any) -> "World":  # noqa: ANN401 - any port
        """Give the same world with some ports of the family exchanged."""
        ports = attrs.evolve(self.ports, relational=attrs.evolve(self.family, **changes))
        return attrs.evolve(self, ports=ports, services=assemble(ports))

    async def file_keys(self) -> list[str]:
        """Give the keys of all files."""
        return [file.key for file in await self.files.page(None, 10_000)]

    async def take_in(self, *pictures: bytes) -> list[Original]:
        """Upload pictures that stay."""
        async with self.services.media.uploads.batch() as batch:
            for picture in pictures or (PICTURE,):
                await batch.accept(chunks(picture))
            batch.keep()
        return [upload.original for upload in batch.uploads]

    async def submit(self, author: UserId, *pictures: bytes) -> PostId:
        """Share a post of uploaded pictures; it is processing."""
        originals = await self.take_in(*pictures)
        return await self.services.posts.posting.create(author, originals, NewPostText())

    async def publish(self, author: UserId) -> PostId:
        """Share a post and process it."""
        post = await self.submit(author)
        await self.services.posts.pipeline.process(post)
        return post

    async def work(self) -> int:
        """Work all due jobs of media off as the app does; give how many."""
        return await self.worker().run_until_idle()

    def worker(self) -> Worker:
        """Give a worker with the handlers of media."""
        posts, media = self.services.posts, self.services.media
        return Worker(
            queue=self.family.jobs,
            handlers=[
                Handler(
                    PostSubmitted,
                    lambda event: posts.pipeline.process(event.post_id),
                    lambda event, reason: posts.pipeline.give_up(event.post_id, reason),
                ),
                Handler(
                    AvatarSubmitted,
                    media.avatars.process,
                    lambda event, _: media.avatars.give_up(event),
                ),
                Handler(MediaDiscarded, lambda event: media.sweeping.discard(event.stems)),
            ],
            observer=Silence(),
            queues=("media",),
        )


class Silence:
    """An observer that does nothing."""

    def started(self, job: object) -> None:
        """Do nothing."""

    def ended(self, job: object, outcome: str, error: BaseException | None, seconds: float) -> None:
        """Do nothing."""


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """Give bytes as an upload gives them."""
    for part in parts:
        yield part


def taken_apart(address: str) -> MediaAddress:
    """Give the parts of an address that was given out."""
    url = urlsplit(address)
    _, media, stem, size = url.path.split("/")
    assert media == "media"
    query = dict(parse_qsl(url.query, strict_parsing=True))
    parsed = MediaAddresses.parse(stem, size, query["e"], query["s"])
    assert parsed is not None
    return parsed


def new_world() -> World:
    """Give a world without people."""
    clock = ManualClock()
    ids = UuidV7Generator(clock)
    database = Database(clock, ids)
    family = in_memory_family(database)
    images, passwords, files = EasyImages(), LegibleHasher(), InMemoryMediaStore(clock)
    ports = Ports(
        relational=family,
        media=files,
        images=images,
        limiter=InMemoryRateLimiter(clock),
        passwords=passwords,
        clock=clock,
        ids=ids,
        secret=b"secret of the tests",
        upload_bytes=100,
    )
    return World(
        clock=clock,
        database=database,
        ports=ports,
        images=images,
        passwords=passwords,
        files=files,
        services=assemble(ports),
        scene=Scene(family, ids, clock),
    )
