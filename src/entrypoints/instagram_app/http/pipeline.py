"""The way of every request: who and how often, then what, then the handler, then the answer."""

import asyncio
import re
import secrets
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import ClassVar, Final

from sanic import Request
from sanic.http import Http
from structlog.contextvars import bind_contextvars, unbind_contextvars

from instagram_app.http import json_body
from instagram_app.http.access_log import NO_ROUTE, AccessLog
from instagram_app.http.admission import Admission
from instagram_app.http.answers import Answer, Answers, Content, encode
from instagram_app.http.call import Call, Edge
from instagram_app.http.errors import MalformedRequestError, WrongContentTypeError
from instagram_app.http.forms import FormReader
from instagram_app.http.formspec import FormSpec
from instagram_app.http.once import REPLAYED, key_of, once, replayed
from instagram_app.http.operation import Operation, TakesIn
from instagram_app.http.problems import headers_of, problem_of
from instagram_app.http.reading import Body
from instagram_app.http.server_errors import translated
from instagram_app.http.upload_places import UploadPlaces
from instagram_core.idempotency.model import StoredAnswer
from instagram_core.kernel.errors import DomainError

CLIENT_CLOSED: Final = 499
"""As access logs have it; never sent."""
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_WELL_FORMED = re.compile(rb"[^\r\n\0]+(?:\r\n[^\s:\0]+:[^\r\n\0]*)*")
Result = StoredAnswer | Content


class Pipeline:
    """Answers requests: whatever happens on the way becomes an answer with all its headers."""

    PROBLEM: ClassVar[str] = "application/problem+json"
    UPLOAD_MEMORY: ClassVar[int] = 512 * 1024 * 1024
    """Bytes that files of all uploads together may take while they arrive."""

    def __init__(self, edge: Edge, answers: Answers, log: AccessLog) -> None:
        """Answer for the app of `edge`."""
        self._edge = edge
        self._answers = answers
        self._log = log
        self._admission = Admission(edge.clients, edge.app.clock)
        self._seconds = edge.app.settings.timeout_request
        self._file_bytes = edge.app.settings.upload_bytes
        self._uploads = UploadPlaces(max(4, self.UPLOAD_MEMORY // self._file_bytes))

    async def answer(
        self, operation: Operation, request: Request, params: dict[str, str]
    ) -> Answer | None:
        """Give the answer; None when it was streamed already."""
        begun = perf_counter()
        call = Call(self._edge, operation, request, params)
        call.request_id = _named(call.headers, request)
        try:
            _check_head(request)
            async with asyncio.timeout(self._seconds) as deadline:
                result = await self._result(call, deadline)
            if not operation.is_safe:
                call.app.bell.ring()
            answer = self._success(call, result)
            if isinstance(result, Content) and _is_streamed(request, result):
                answer = await _stream(request, answer, result)
        except Exception as error:  # noqa: BLE001 - every error becomes an answer
            answer = self.refusal(error, call.request_id, operation.path, call.headers)
            _settle(request)
        seconds = perf_counter() - begun
        self._log.answered(request, operation.path, answer.status, seconds, call.address)
        return None if request.responded else answer

    def refusal(
        self, error: BaseException, request_id: str, route: str, headers: dict[str, str]
    ) -> Answer:
        """Give the problem document of an error, and log what is our own fault."""
        error = translated(error)
        problem = problem_of(error, request_id)
        if problem.status == 500:  # noqa: PLR2004 - the one that must never be
            self._log.failed(error, route)
        elif problem.status > 500:  # noqa: PLR2004 - ours, and known
            self._log.unavailable(error, route)
        joined = headers | headers_of(error)
        return self._answers.json(problem.status, encode(problem), joined, self.PROBLEM)

    def abandoned(self, request: Request) -> Answer:
        """Give what nobody will read: the client went away in the middle of its request."""
        return self._logged(request, self._answers.json(CLIENT_CLOSED, b"", {}))

    def outside(self, request: Request, error: BaseException) -> Answer:
        """Give the answer to what never came to an operation: unknown paths, broken requests."""
        headers: dict[str, str] = {}
        answer = self.refusal(error, _named(headers, request), NO_ROUTE, headers)
        _settle(request)
        return self._logged(request, answer)

    async def options(self, request: Request, methods: str) -> Answer:
        """Give the answer to OPTIONS, whatever body came with it."""
        with suppress(DomainError):
            await Body(request, json_body.LONGEST).whole()
        headers = {"allow": methods}
        _named(headers, request)
        return self._logged(request, self._answers.json(204, b"", headers))

    def _logged(self, request: Request, answer: Answer) -> Answer:
        if not _is_plain(request):
            _cut_off(request)
        address = self._edge.clients.address(request)
        self._log.answered(request, NO_ROUTE, answer.status, 0.0, address)
        return answer

    async def _result(self, call: Call, deadline: asyncio.Timeout) -> Result:
        await self._admission.admit(call)
        if call.session is not None:
            bind_contextvars(user_id=str(call.session.user_id))
        operation = call.operation
        if operation.form is not None and not (operation.body and _is_json(call)):
            return await self._form(call, operation.form, deadline)
        if operation.reads_body:
            async with self._uploads.one(call.address):
                deadline.reschedule(None)
                call.body_ended = partial(self._restart, deadline)
                return await _run(call)
        stream = call.request.stream
        if operation.body is not None or (stream is not None and stream.request_body):
            deadline.reschedule(None)  # the sender has a clock of its own
            data = await _whole(call)
            self._restart(deadline)
            if operation.body is not None:
                call.body = json_body.decode(data, operation.body)
        if operation.takes_in is not None:
            return await self._taking_in(call, operation.takes_in, deadline)
        return await self._effect(call)

    async def _form(self, call: Call, spec: FormSpec, deadline: asyncio.Timeout) -> Result:
        body = Body(call.request, spec.most_bytes(self._file_bytes))
        content_type = call.request.headers.getone("content-type", "")
        # Each holds a file in memory: more of them at once wait, unread, within the deadline.
        async with self._uploads.one(call.user), call.services.media.uploads.batch() as batch:
            deadline.reschedule(None)
            call.form = await FormReader(body, content_type, spec, batch).read()
            self._restart(deadline)
            result = await self._effect(call)
            if REPLAYED not in call.headers:
                batch.keep()
        return result

    async def _taking_in(self, call: Call, takes_in: TakesIn, deadline: asyncio.Timeout) -> Result:
        # Before the files: those of a request that was answered may have been swept by now.
        if (answer := await replayed(call)) is not None:
            return answer
        async with self._uploads.one(call.user), call.services.media.uploads.batch() as batch:
            deadline.reschedule(None)  # each exchange with the store has a time of its own
            await takes_in(call, batch)
            self._restart(deadline)
            result = await self._effect(call)
            if REPLAYED not in call.headers:
                batch.keep()
        return result

    async def _effect(self, call: Call) -> Result:
        key = key_of(call)
        if key is None:
            return await _run(call)
        return await once(call, key, partial(_stored, call))

    def _restart(self, deadline: asyncio.Timeout) -> None:
        deadline.reschedule(asyncio.get_running_loop().time() + self._seconds)

    def _success(self, call: Call, result: Result) -> Answer:
        if isinstance(result, Content):
            return self._answers.content(result, call.headers)
        return self._answers.json(result.status, result.body, call.headers)


def _is_json(call: Call) -> bool:
    kind = call.request.headers.getone("content-type", "")
    return kind.partition(";")[0].strip().lower() == "application/json"


async def _whole(call: Call) -> bytes:
    if call.operation.body is not None:
        kind = call.request.headers.getone("content-type", "").partition(";")
        charset = kind[2].strip().lower().replace('"', "")
        if kind[0].strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
            raise WrongContentTypeError("The body must be application/json, in UTF-8.")
    return await Body(call.request, json_body.LONGEST).whole()


async def _run(call: Call) -> Result:
    result = await call.operation.handler(call)
    if isinstance(result, Content):
        return result
    body = b"" if result is None else encode(result)
    return StoredAnswer(status=call.operation.status, body=body)


async def _stored(call: Call) -> StoredAnswer:
    result = await _run(call)
    assert isinstance(result, StoredAnswer)  # noqa: S101 - nothing that takes a key gives files
    return result


def _is_streamed(request: Request, content: Content) -> bool:
    # The answer to HEAD is all in its headers.
    return content.stream is not None and request.method != "HEAD"


async def _stream(request: Request, answer: Answer, content: Content) -> Answer:
    """Send a body piece by piece; nothing has been sent yet when its opening fails."""
    assert content.stream is not None  # noqa: S101 - asked by the caller
    async with content.stream() as pieces:
        await request.respond(answer)
        async for piece in pieces:
            await answer.send(piece)
        await answer.send(end_stream=True)
    return answer


def _check_head(request: Request) -> None:
    if not _is_plain(request):
        _cut_off(request)
        raise MalformedRequestError("The headers are not well-formed.")


def _is_plain(request: Request) -> bool:
    """Tell whether proxies read a head as we do.

    They may not where headers are folded, come after a bare line end, have white space before
    their colon or NUL anywhere; nor where there are several hosts.
    """
    is_well_formed = _WELL_FORMED.fullmatch(request.head) is not None
    return is_well_formed and len(request.headers.getall("host", ())) <= 1


def _cut_off(request: Request) -> None:
    """Let this request be the last of its connection: who knows what the rest is."""
    if isinstance(request.stream, Http):
        request.stream.keep_alive = False


def _named(headers: dict[str, str], request: Request) -> str:
    """Give the id of a request, its own if it sent a sane one, and put it everywhere it belongs."""
    given = request.headers.getone("x-request-id", "")
    request_id = given if _SANE_ID.fullmatch(given) else secrets.token_hex(16)
    headers["x-request-id"] = request_id
    # A connection is one task: what the request before had bound is still there.
    unbind_contextvars("user_id")
    bind_contextvars(request_id=request_id)
    return request_id


def _settle(request: Request) -> None:
    """Decide what becomes of a body that was refused before it was read.

    A sender that waits for leave to go on is answered and cut off: it would take what comes next
    for the body. Any other is heard out by the server for some seconds, or it would lose the
    answer with the connection.
    """
    stream = request.stream
    if isinstance(stream, Http) and stream.request_body and stream.expecting_continue:
        stream.expecting_continue = False
        stream.keep_alive = False
        stream.request_body = None
