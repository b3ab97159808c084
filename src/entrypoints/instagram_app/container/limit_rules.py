"""The limits in force, as settings have them."""

from collections.abc import Mapping

from instagram_app.settings.table import Settings
from instagram_core.assembly import Services
from instagram_core.limits.policy import DEFAULT_RATES, Rate
from instagram_core.limits.service import Limits


def rates_of(settings: Settings) -> Mapping[str, Rate]:
    """Give the rate of every limited action."""
    chosen = {action: getattr(settings, f"limit_{action}") for action in DEFAULT_RATES}
    return {action: Rate(rate.attempts, rate.seconds) for action, rate in chosen.items()}


def limits_in_force(settings: Settings, services: Services) -> Limits | None:
    """Give what judges requests; None when limits are off."""
    return services.limits if settings.limits else None
