"""Idempotency-Key: the same request again gets the first answer again."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from instagram_app.http.answers import encode
from instagram_app.http.call import Call
from instagram_core.idempotency.model import EffectKey, StoredAnswer

REPLAYED: Final = "idempotency-replayed"
_HEADER: Final = "idempotency-key"


def key_of(call: Call) -> EffectKey | None:
    """Give a request's key; None without one, or where none is taken. InvalidError: a bad one."""
    if not call.operation.takes_key:
        return None
    text = call.request.headers.getone(_HEADER, None)
    if text is None:
        return None
    operation = call.operation
    return EffectKey(user=call.user, route=f"{operation.method} {operation.path}", key=text)


async def once(
    call: Call, key: EffectKey, effect: Callable[[], Awaitable[StoredAnswer]]
) -> StoredAnswer:
    """Give the answer of `effect`, or the first one of the same key and request."""
    done = await call.services.idempotency.once(key, _fingerprint(call), effect)
    if done.is_replay:
        call.headers[REPLAYED] = "true"
    return done.answer


def _fingerprint(call: Call) -> bytes:
    """Give what makes two requests the same: path, parsed fields and digests of files."""
    operation = call.operation
    fields = call.form.fingerprint() if operation.form is not None else None
    body = call.body if operation.body is not None else None
    return hashlib.sha256(encode((call.params, body, fields))).digest()
