"""What an operator wants to know of Valkey."""

from collections.abc import AsyncIterator

from instagram_app.container.checks import Check, State
from instagram_app.settings.table import Settings
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable

_SKEW_WARNING = 0.5
_AWAY = "start the server, or correct INSTAGRAM_VALKEY_URL"
_REFUSED = (
    "allow the user of INSTAGRAM_VALKEY_URL the commands INFO and TIME: without INFO it cannot be"
    " told whether the server started anew, and no timelines or pages are kept"
)


async def valkey_checks(settings: Settings) -> AsyncIterator[Check]:
    """Look at the server, its version, its clock, and what it does when its memory is full."""
    if settings.valkey_url is None:
        return
    try:
        from instagram_valkey.doctor import OLDEST_REDIS, OLDEST_VALKEY, examine

        report = await examine(settings.valkey_url, SystemClock())
    except (AdapterUnavailable, ValueError, OSError) as error:
        why = f"{error}: {error.__cause__}" if error.__cause__ else str(error)
        yield _check(why, State.FAILED, _REFUSED if "NOPERM" in why else _AWAY)
        return
    except ImportError as error:
        yield _check(str(error), State.FAILED, "install instagram-core[valkey]")
        return
    finding = f"{report.name} {report.version}"
    if report.is_replica:
        yield _check(f"{finding}, a replica", State.FAILED, "give the address of the primary")
    elif report.is_supported:
        yield _check(finding)
    else:
        oldest = (".".join(map(str, version)) for version in (OLDEST_VALKEY, OLDEST_REDIS))
        yield _check(finding, State.FAILED, "use Valkey {} or Redis {}, or later".format(*oldest))
    if report.throws_away:
        advice = "set maxmemory-policy to noeviction: as it is, limits may vanish"
        yield _check(f"maxmemory-policy {report.policy}", State.FAILED, advice)
    elif report.forgets_at_random:
        advice = "set maxmemory-policy to noeviction: as it is, a full server may show old pages"
        yield _check(f"maxmemory-policy {report.policy}", State.WARNING, advice)
    elif not report.has_limit:
        advice = "set maxmemory, and maxmemory-policy to noeviction"
        yield _check("no limit of memory", State.WARNING, advice)
    if abs(report.skew_seconds) > _SKEW_WARNING:
        ahead = "ahead" if report.skew_seconds > 0 else "behind"
        finding = f"its clock is {abs(report.skew_seconds):.3f} s {ahead}"
        yield _check(finding, State.WARNING, "keep both machines' clocks by NTP")


def _check(finding: str, state: State = State.OK, advice: str = "") -> Check:
    return Check(subject="valkey", state=state, finding=finding, advice=advice)
