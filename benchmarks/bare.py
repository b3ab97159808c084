"""The floor of HTTP: a Sanic handler that runs the same statements and nothing else.

No sessions, limits, visibility in Python, metrics or logs. Takes its order pickled on stdin: the
database, and the statements with their parameters.
"""

import pickle
import socket
import sys
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import psycopg_pool
from sanic import HTTPResponse, Request, Sanic
from sanic.response import raw

SESSION: Final[dict[str, Any]] = {
    "autocommit": True,
    "prepare_threshold": 2,
    "options": "-c enable_seqscan=off -c jit=off",
}
"""As the adapter connects: otherwise the floor would keep plans made on empty tables."""

_ENCODER = msgspec.json.Encoder()


def make_app(url: str, statements: list[tuple[str, dict[str, Any]]]) -> Sanic[Any, Any]:
    """Give the server."""
    app: Sanic[Any, Any] = Sanic("bare", configure_logging=False)
    pool: psycopg_pool.AsyncConnectionPool[Any] = psycopg_pool.AsyncConnectionPool(
        url, kwargs=SESSION, min_size=10, open=False
    )

    @app.before_server_start
    async def start(_: object) -> None:
        await pool.open(wait=True)

    @app.after_server_start
    async def say(_: object) -> None:
        print(app.ctx.port, flush=True)

    @app.post("/like/<user:uuid>/<post:uuid>")
    async def like(_: Request, user: UUID, post: UUID) -> HTTPResponse:
        sql, recorded = statements[0]
        parameters = {**recorded, "user": user, "post": post, "job_id": uuid4()}
        async with pool.connection() as connection:
            cursor = await connection.execute(sql, parameters)
            changed, count = await cursor.fetchone()
        answer = {"success": True, "idempotent": not changed, "like_count": int(count)}
        return raw(_ENCODER.encode(answer), content_type="application/json")

    return app


def main() -> None:
    """Serve on a free port, and print it."""
    app = make_app(*pickle.load(sys.stdin.buffer))  # noqa: S301 - from the benchmark itself
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app.ctx.port = listener.getsockname()[1]
    app.run(sock=listener, single_process=True, motd=False, access_log=False)


if __name__ == "__main__":
    main()
