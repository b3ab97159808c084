"""Which encoding of a picture a client gets."""

from collections.abc import Mapping

_PREFERENCE = ("webp", "jpeg", "png")


def accepted_encodings(accept: str | None) -> tuple[str, ...]:
    """Give encodings, best first, for the `Accept` header of a request; None when it has none.

    WebP wherever it is accepted at least as gladly as JPEG, else JPEG: also for a header that
    takes neither, since a picture one did not ask for is worth more than none.
    """
    if accept is None:
        return _PREFERENCE
    weights = _weights(accept)
    by_weight = sorted(_PREFERENCE, key=lambda name: -_weight(weights, name))
    return tuple(by_weight) if any(_weight(weights, n) for n in _PREFERENCE) else _PREFERENCE[1:]


def _weight(weights: Mapping[str, float], encoding: str) -> float:
    for pattern in (f"image/{encoding}", "image/*", "*/*"):
        if pattern in weights:
            return weights[pattern]
    return 0.0


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for entry in accept.lower().split(","):
        name, *options = (part.strip() for part in entry.split(";"))
        weights[name] = next((_number(o[2:]) for o in options if o.startswith("q=")), 1.0)
    return weights


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
