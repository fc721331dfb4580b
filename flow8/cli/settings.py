"""The settings of a command that talks to an installation which runs."""

import dataclasses

from config.settings import Settings, from_environment
from flow8 import data_directory, embedded, key_files
from flow8.errors import Unavailable


def open_settings() -> Settings:
    """The settings with the database and the keys of the `up` that runs here, where none are given.

    Raises:
        SettingsError: some settings are not right.
        Unavailable: no MongoDB is named and no `up` runs here.
    """
    settings = key_files.filled_in(from_environment())
    if settings.mongodb_uri is not None:
        return settings
    folder = settings.data_dir / data_directory.MONGODB
    if not embedded.is_running(folder):
        raise Unavailable("flow8 is not running; start it with ./flow8core up")
    return dataclasses.replace(settings, mongodb_uri=embedded.uri_of(folder))
