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


async def replayed(call: Call) -> StoredAnswer | None:
    """Give the first answer of a request that has its key again; None for a new one."""
    key = key_of(call)
    if key is None:
        return None
    answer = await call.services.idempotency.replay(key, _fingerprint(call))
    if answer is not None:
        call.headers[REPLAYED] = "true"
    return answer


def _fingerprint(call: Call) -> bytes:
    return hashlib.sha256(encode(call.fields())).digest()
