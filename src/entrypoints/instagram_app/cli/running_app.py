"""What a running app says of the servers that it uses."""

import http.client
import urllib.request
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from instagram_app.container.checks import Check, State

_SECONDS: Final = 2.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_STATE: Final = "instagram_dependency_state"


def app_check(url: str) -> Check:
    """Tell which servers the app at `url` takes for away; that none runs there is fine."""
    try:
        states = _states(url)
    except (OSError, ValueError, http.client.HTTPException):
        return Check(subject="app", state=State.OK, finding=f"none answers at {url}")
    if away := [name for name, state in sorted(states.items()) if state]:
        finding = f"the one at {url} takes {' and '.join(away)} for away"
        advice = "its log says why: `dependency away`"
        return Check(subject="app", state=State.WARNING, finding=finding, advice=advice)
    names = ", ".join(sorted(states)) or "no server"
    return Check(
        subject="app", state=State.OK, finding=f"the one at {url} is in touch with {names}"
    )


def _states(url: str) -> dict[str, float]:
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    with urllib.request.urlopen(f"{url.rstrip('/')}/metrics", timeout=_SECONDS) as answer:  # noqa: S310 - checked above
        text = answer.read(_MOST_BYTES).decode()
    return {
        sample.labels["dependency"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == _STATE
    }
