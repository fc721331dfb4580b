"""The encryption key and salt that `up` makes and keeps in the data directory when none are given."""

import dataclasses
import os
import secrets
from pathlib import Path

from config.settings import Settings
from flow8.data_directory import KEYS
from flow8.embedded import make_private
from flow8.errors import Unavailable

LENGTHS = {"ENCRYPTION_KEY": 128, "ENCRYPTION_KEY_SALT": 32}
"""How many random bytes each one has; it is written in hexadecimal digits, two for each byte."""

ADVICE = """\
No ENCRYPTION_KEY is given: flow8 uses the keys it keeps in {folder}.
Back that folder up, for without it no stored secret can be read again. In production set both yourself:
  ENCRYPTION_KEY=$(openssl rand -hex 128)
  ENCRYPTION_KEY_SALT=$(openssl rand -hex 32)"""


def folder_of(settings: Settings) -> Path:
    """Where kept keys lie."""
    return settings.data_dir / KEYS / "encryption"


def make_missing(folder: Path) -> None:
    """Make both keys in `folder` unless they are there, each in a file of mode 0600.

    Raises:
        Unavailable: one of two is there; a new other one would make stored secrets unreadable.
    """
    if not folder.exists():
        _make(folder)
    make_private(folder)
    _read(folder)


def _read(folder: Path) -> dict[str, str]:
    try:
        return {name: _file(folder, name).read_text(encoding="ascii").strip() for name in LENGTHS}
    except OSError as error:
        raise Unavailable(
            f"{error.filename} cannot be read ({error.strerror}); put it back from a backup, "
            "or set ENCRYPTION_KEY and ENCRYPTION_KEY_SALT."
        ) from None


def _make(folder: Path) -> None:
    """Both files or none: they are written aside, and appear when the folder gets its name."""
    make_private(folder.parent)
    draft = folder.with_name(f"{folder.name}.new")
    make_private(draft)
    for name, size in LENGTHS.items():
        _write(_file(draft, name), f"{secrets.token_hex(size)}\n")
    draft.rename(folder)


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(folder: Path, name: str) -> Path:
    return folder / name.lower()


def variables(folder: Path) -> dict[str, str]:
    """What tells another process where the keys are, without telling the keys."""
    return {f"{name}_FILE": str(_file(folder, name)) for name in LENGTHS}


def filled_in(settings: Settings) -> Settings:
    """`settings` with the kept keys when none are given and some are kept.

    Raises:
        Unavailable: they are kept but cannot be read.
    """
    folder = folder_of(settings)
    if settings.encryption_key is not None or not folder.is_dir():
        return settings
    kept = _read(folder)
    return dataclasses.replace(
        settings, encryption_key=kept["ENCRYPTION_KEY"], encryption_key_salt=kept["ENCRYPTION_KEY_SALT"]
    )
