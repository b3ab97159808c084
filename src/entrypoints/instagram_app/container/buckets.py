"""The bucket of media: made by `instagram migrate`, examined by `instagram doctor`."""

from collections.abc import AsyncIterator
from typing import Final

from instagram_app.container.checks import Check, State
from instagram_app.container.errors import StartRefused
from instagram_app.container.media import s3_settings
from instagram_app.settings.table import Settings
from instagram_app.settings.values import Family
from instagram_core.kernel.clock import SystemClock
from instagram_core.kernel.errors import AdapterUnavailable

_SKEW_WARNING: Final = 5.0
_SKEW_FAILURE: Final = 300.0
"""Servers refuse requests that are a quarter of an hour off; addresses live for minutes."""


async def bucket_migrations(settings: Settings, *, is_applied: bool) -> tuple[str, ...]:
    """Make the bucket where it is absent; StartRefused when the server cannot be asked."""
    if settings.adapter(Family.MEDIA) != "s3":
        return ()
    found = s3_settings(settings)
    from instagram_s3.bucket import is_there, prepare

    try:
        is_new = await prepare(found) if is_applied else not await is_there(found)
    except AdapterUnavailable as error:
        raise StartRefused(f"INSTAGRAM_S3_ENDPOINT: {error}") from error
    return (f"bucket {found.bucket}",) if is_new else ()


async def bucket_checks(settings: Settings) -> AsyncIterator[Check]:
    """Look at server, keys, bucket, clock, and what the app does with files."""
    if settings.adapter(Family.MEDIA) != "s3":
        return
    try:
        found = s3_settings(settings)
        from instagram_s3.doctor import examine

        report = await examine(found, SystemClock())
    except (StartRefused, AdapterUnavailable) as error:
        yield _failed("media", str(error), "start the server, or correct INSTAGRAM_S3_…")
        return
    if not report.has_bucket:
        yield _failed("media", f"no bucket {found.bucket}", "run `instagram migrate`")
        return
    finding = f"bucket {found.bucket} at {report.server}"
    yield Check(subject="media", state=State.OK, finding=finding)
    for way, fault in report.faults.items():
        yield _failed(f"media {way}", fault, "see docs/adapters.md on S3")
    skew = report.skew_seconds
    state = State.OK
    if abs(skew) > _SKEW_WARNING:
        state = State.FAILED if abs(skew) > _SKEW_FAILURE else State.WARNING
    yield Check(
        subject="media clock",
        state=state,
        finding=f"the server's is within {abs(skew):.0f} s of ours",
        advice="" if state is State.OK else "keep both machines' clocks by NTP",
    )


def _failed(subject: str, finding: str, advice: str) -> Check:
    return Check(subject=subject, state=State.FAILED, finding=finding, advice=advice)
