"""What happens every hour and every day, once however many workers there are."""

from typing import Final

from instagram_core.accounts.events import SweepDue
from instagram_core.feed.events import DeliveryReviewDue
from instagram_core.feed.model import FeedRules
from instagram_core.jobs.policy import DAY, HOUR, Period
from instagram_core.jobs.service import Scheduled
from instagram_core.media.events import MediaSweepDue, UploadSweepDue

SCHEDULES: Final = (
    Scheduled(Period(name="sweep", seconds=HOUR, offset=5 * 60), SweepDue()),
    Scheduled(Period(name="upload-sweep", seconds=HOUR, offset=20 * 60), UploadSweepDue()),
    # At night in most of Europe: it reads the list of all files.
    Scheduled(Period(name="media-sweep", seconds=DAY, offset=3 * HOUR), MediaSweepDue()),
)


def schedules(rules: FeedRules) -> tuple[Scheduled, ...]:
    """Give all that recurs under these rules.

    The review of authors has its rule in its name: under another rule it is due at once.
    """
    name = f"delivery-review-{rules.push.pulled_from}"
    review = Period(name=name, seconds=HOUR, offset=35 * 60)
    return (*SCHEDULES, Scheduled(review, DeliveryReviewDue()))
