"""What happens every hour and every day, once however many workers there are."""

from typing import Final

from instagram_core.accounts.events import SweepDue
from instagram_core.jobs.policy import DAY, HOUR, Period
from instagram_core.jobs.service import Scheduled
from instagram_core.media.events import MediaSweepDue, UploadSweepDue

SCHEDULES: Final = (
    Scheduled(Period(name="sweep", seconds=HOUR, offset=5 * 60), SweepDue()),
    Scheduled(Period(name="upload-sweep", seconds=HOUR, offset=20 * 60), UploadSweepDue()),
    # At night in most of Europe: it reads the list of all files.
    Scheduled(Period(name="media-sweep", seconds=DAY, offset=3 * HOUR), MediaSweepDue()),
)
