"""Pushing to full timelines on Valkey: structures against each other, the store against its script.

Each structure gets a server of its own. The store's floor is its script alone, called with keys
and member ready; what another reader waits meanwhile is seen by a process of its own.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import attrs

from benchmarks.report import Line
from benchmarks.structures import MEMBER, STRUCTURES, Structure
from instagram_core.accounts.model import UserId
from instagram_core.feed.model import FeedEntry, HomeSnapshot
from instagram_core.kernel.paging import Position
from instagram_valkey.client import ValkeyClient
from instagram_valkey.feed.lists import list_script
from instagram_valkey.feed.timelines import ValkeyTimelineStore
from instagram_valkey.scripts import Script
from tests.servers.valkey import private_valkey

CAP: Final = 500
READERS: Final = 10_000
SECONDS: Final = 5.0
_SOME: Final = 2_000
_BEGAN: Final = 1_760_000_000_000
_numbers = itertools.count()


async def measure() -> list[Line]:
    """Give memory and rate of every structure, then the store's rate and who waits meanwhile."""
    lines = [line for each in STRUCTURES for line in await _structure(each)]
    return [*lines, *await _store()]


async def _structure(structure: Structure) -> list[Line]:
    async with _server(*structure.options) as server:
        client = server.client
        empty = await _used(client)
        readers = [UserId(uuid4()) for _ in range(_SOME)]
        keys = [client.key("{feed}", "timeline", reader.hex).encode() for reader in readers]
        members = [_member() for _ in range(CAP + 1)]
        for key in keys:
            await client.call(*structure.full(key, members))
        script = _script(structure)
        rate, busy = await rate_of(client, bare_push(client, keys, script), len(keys))
        each = (await _used(client) - empty) / len(keys) / CAP
    note = f"{busy:,.0f} a second of the server's processor"
    return [
        Line(what=f"{structure.name}: memory", ours=each, unit="bytes an entry"),
        Line(what=f"{structure.name}: pushes", ours=rate, unit="entries/s", note=note),
    ]


async def _store() -> list[Line]:
    async with _server() as server:
        client, entries = server.client, [_entry() for _ in range(CAP + 1)]
        store, readers = ValkeyTimelineStore(client), [UserId(uuid4()) for _ in range(READERS)]
        newest_first = tuple(reversed(entries[1:]))
        snapshot = HomeSnapshot(entries=newest_first, floor=entries[0].position)
        for reader in readers:
            token = await store.begin(reader)
            assert token is not None
            await store.finish(reader, token, snapshot)
        keys = [key for key in await client.call("KEYS", "*") if b":timeline:" in key]

        async def push() -> int:
            return await store.push(_entry(), readers)

        async def push_late() -> int:
            return await store.push(_entry(late=CAP // 2), readers)

        floor, _ = await rate_of(client, bare_push(client, keys), READERS)
        late, _ = await rate_of(client, push_late, READERS)
        reading = asyncio.create_task(other_reader(server.url, readers[0], SECONDS - 1))
        ours, busy = await rate_of(client, push, READERS)
        p50, p99 = await reading
        windows = await _windows(store, readers)
    note = f"{busy:,.0f} a second of the server's processor"
    return [
        Line(
            what="push to 10,000 full timelines / its script alone",
            ours=ours,
            floor=floor,
            unit="entries/s",
            target=">= 0.6",
            is_met=ours >= 0.6 * floor,
            note=note,
        ),
        Line(what="push of an entry that belongs in the middle", ours=late, unit="entries/s"),
        Line(
            what="another reader meanwhile, p99",
            ours=p99,
            unit="ms",
            target="< 5",
            is_met=p99 < 5,
            note=f"p50 {p50:.2f}",
        ),
        *windows,
    ]


async def _windows(store: ValkeyTimelineStore, readers: Sequence[UserId]) -> list[Line]:
    whole = await store.window(readers[0], None, CAP)
    assert whole is not None
    lines = []
    for what, after in (("newest", None), ("deepest", whole.entries[-21].position)):
        begun = time.perf_counter()
        for reader in readers[:_SOME]:
            await store.window(reader, after, 20)
        each = (time.perf_counter() - begun) / _SOME * 1000
        lines.append(Line(what=f"window of the {what} 20", ours=each, unit="ms, one at a time"))
    return lines


def bare_push(
    client: ValkeyClient, keys: Sequence[bytes], script: Script | None = None
) -> Callable[[], Awaitable[int]]:
    """Give what pushes one new member to all keys by a script alone, the store's if none is given.

    Batches, and how many are under way, are those of the store.
    """
    script = script or list_script("push")
    size = ValkeyTimelineStore.BATCH
    batches = [keys[start : start + size] for start in range(0, len(keys), size)]

    async def work_off(left: list[Sequence[bytes]], member: bytes) -> int:
        taken = 0
        while left:
            taken += await client.run(script, left.pop(), (member, CAP))
        return taken

    async def push() -> int:
        left, member = list(batches), _member()
        workers = [work_off(left, member) for _ in range(ValkeyTimelineStore.UNDER_WAY)]
        return sum(await asyncio.gather(*workers))

    return push


async def rate_of(
    client: ValkeyClient, push: Callable[[], Awaitable[int]], readers: int
) -> tuple[float, float]:
    """Give entries a second by the clock, and by the processor time of the server."""
    assert await push() == readers
    busy, begun, taken = await busy_of(client), time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        taken += await push()
    took = time.perf_counter() - begun
    return taken / took, taken / (await busy_of(client) - busy)


@attrs.frozen
class _Server:
    client: ValkeyClient
    url: str


@asynccontextmanager
async def _server(*options: str) -> AsyncIterator[_Server]:
    process, url = private_valkey(*options)
    try:
        async with ValkeyClient.open(url, seconds=2) as client:
            yield _Server(client, url)
    finally:
        process.close()


def _script(structure: Structure) -> Script:
    if structure.body is None:
        return list_script("push")
    return Script.of(structure.body)


def _entry(late: int = 0) -> FeedEntry:
    position = Position(_BEGAN + next(_numbers) - late, uuid4())
    return FeedEntry(position=position, author_id=UserId(uuid4()))


def _member() -> bytes:
    member = (_BEGAN + next(_numbers)).to_bytes(6) + uuid4().bytes + uuid4().bytes
    assert len(member) == MEMBER
    return member


async def _info(client: ValkeyClient, section: str) -> dict[str, str]:
    told = (await client.call("INFO", section)).decode()
    return dict(line.split(":", 1) for line in told.split() if ":" in line)


async def _used(client: ValkeyClient) -> int:
    return int((await _info(client, "memory"))["used_memory"])


async def busy_of(client: ValkeyClient) -> float:
    """Give the seconds of processor that the server took so far."""
    told = await _info(client, "cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


async def other_reader(url: str, reader: UserId, seconds: float) -> tuple[float, float]:
    """Give p50 and p99, in milliseconds, of reading a window, by a process of its own."""
    words = ("-m", "benchmarks.timelines", url, reader.hex, str(seconds))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    p50, p99 = json.loads(told)
    return p50, p99


async def _read(url: str, reader: UserId, seconds: float) -> list[float]:
    """Give the median and the 99th percentile of reading a page, in milliseconds."""
    waits, until = [], time.perf_counter() + seconds
    async with ValkeyClient.open(url, seconds=2) as client:
        store = ValkeyTimelineStore(client)
        while (begun := time.perf_counter()) < until:
            assert await store.window(reader, None, 20) is not None
            waits.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(0.002)
    waits.sort()
    return [waits[len(waits) // 2], waits[len(waits) * 99 // 100]]


if __name__ == "__main__":
    _url, _reader, _seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(_read(_url, UserId(UUID(_reader)), float(_seconds)))))
