"""Addresses in answers that are shown again for a while."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instagram_app.container.feed_rules import LONGEST_KEPT
from instagram_app.http.links import Links
from instagram_core.kernel.signing import Signer
from instagram_core.media.addresses import MediaAddresses
from instagram_core.testing.clocks import ManualClock

STEM = UUID(int=7).hex
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants it bare


@given(moments, st.floats(0, Links.MOMENT / 1000 - 0.001), st.floats(0, 2 * LONGEST_KEPT))
def test_private_pictures_are_there_a_minute_after_the_last_showing(
    moment: datetime, since_spelled: float, kept: float
) -> None:
    """Whenever the address was made, however late the answer that holds it is shown degraded."""
    clock = ManualClock(moment)
    addresses = MediaAddresses(signer=Signer(bytes(16)), clock=clock)
    links = Links(addresses, clock)
    links.of(STEM, 0, origin="http://x", is_restricted=True)
    clock.advance(since_spelled)
    shown = links.of(STEM, 0, origin="http://x", is_restricted=True)
    clock.advance(kept)

    for link in shown:
        path, _, query = link.removeprefix("http://x/media/").partition("?")
        stem, size = path.split("/")
        expires, signature = query.removeprefix("e=").split("&s=")
        address = addresses.parse(stem, size, expires, signature)
        assert address is not None
        assert (addresses.remaining(address, 0) or 0) >= 60


@pytest.mark.parametrize("is_restricted", [True, False])
def test_the_picture_of_a_moment_is_spelled_once(is_restricted: bool) -> None:  # noqa: FBT001 - as pytest passes it
    """Another origin has another spelling."""
    clock = ManualClock()
    links = Links(MediaAddresses(signer=Signer(bytes(16)), clock=clock), clock)
    one, again, other = (
        links.of(STEM, 0, origin=origin, is_restricted=is_restricted) for origin in ("a", "a", "b")
    )
    assert one is again
    assert other == tuple(f"b{link.removeprefix('a')}" for link in one)
