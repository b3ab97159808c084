"""A load generator in a process of its own: so many connections, each asking again at once.

Reads requests as JSON from stdin, prints what it saw as JSON. Its own CPU time is part of the
answer, so that a run it limited can be told.
"""

import asyncio
import base64
import itertools
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Load:
    """What came of a run."""

    rate: float
    """Answers a second."""
    p50: float
    """Milliseconds."""
    p99: float
    failures: int
    """Answers with another status than 200."""
    bytes_each: float
    client_cpu: float
    """Share of one core that the generator used."""


class _Connection(asyncio.Protocol):
    """Sends one request, waits for its whole answer, notes the time, sends the next."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests = requests
        self._until = until
        self._buffer = bytearray()
        self._sent_at = 0.0
        self.times: list[float] = []
        self.failures = 0
        self.received = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        total = end + 4 + length
        if len(self._buffer) < total:
            return
        self._note(head, total)
        del self._buffer[:total]
        if time.perf_counter() < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _note(self, head: bytes, total: int) -> None:
        self.times.append(time.perf_counter() - self._sent_at)
        self.received += total
        self.failures += not head.startswith(b"http/1.1 200")

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))


async def _run(order: dict[str, Any]) -> Load:
    requests = [base64.b64decode(text) for text in order["requests"]]
    turn, begun, cpu = itertools.cycle(requests), time.perf_counter(), time.process_time()
    loop, until = asyncio.get_running_loop(), begun + order["seconds"]
    pairs = [
        await loop.create_connection(lambda: _Connection(turn, until), order["host"], order["port"])
        for _ in range(order["connections"])
    ]
    connections = [protocol for _, protocol in pairs]
    await asyncio.gather(*(each.done for each in connections))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    times = sorted(itertools.chain.from_iterable(each.times for each in connections))
    return Load(
        rate=len(times) / took,
        p50=times[len(times) // 2] * 1000,
        p99=times[len(times) * 99 // 100] * 1000,
        failures=sum(each.failures for each in connections),
        bytes_each=sum(each.received for each in connections) / len(times),
        client_cpu=cpu / took,
    )


async def put_load(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 8
) -> Load:
    """Give what a run of the generator saw; `requests` are whole HTTP requests, in turn."""
    order = {
        "host": "127.0.0.1",
        "port": port,
        "seconds": seconds,
        "connections": connections,
        "requests": [base64.b64encode(request).decode() for request in requests],
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(order).encode())
    return Load(**json.loads(output))


def request(method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
    """Give a request without a body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += ["Content-Length: 0"] if method == "POST" else []
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


if __name__ == "__main__":
    print(json.dumps(attrs.asdict(asyncio.run(_run(json.load(sys.stdin))))))
