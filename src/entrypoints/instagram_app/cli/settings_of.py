"""The settings that a command works with."""

import os

from instagram_app.cli.options import Options
from instagram_app.observability.logging import configure_logging
from instagram_app.settings.load import load_settings
from instagram_app.settings.table import Settings


def settings_of(options: Options) -> Settings:
    """Give the settings in force; SettingsRefused says what is wrong."""
    data = None if options.data is None else str(options.data)
    return load_settings(os.environ, options={"data": data}, config=options.config)


def settings_of_process(options: Options) -> Settings:
    """Give the settings, and log as they say: for what runs long."""
    settings = settings_of(options)
    configure_logging(settings.log_level, settings.log_format)
    return settings


def settings_of_command(options: Options) -> Settings:
    """Give the settings, and log errors only: for what a person waits for and reads."""
    settings = settings_of(options)
    configure_logging("error", settings.log_format)
    return settings
