"""The keys that `up` keeps: made once, private, never replaced."""

import stat
from pathlib import Path

import pytest

from config.settings import load
from flow8.errors import Unavailable
from flow8.key_files import filled_in, folder_of, make_missing, variables


def test_keys_are_made_once_and_have_the_shape_that_the_settings_ask_for(tmp_path: Path) -> None:
    folder = folder_of(load({"DATA_DIR": str(tmp_path)}))
    assert folder == tmp_path / "keys" / "encryption"
    make_missing(folder)
    first = load(variables(folder))

    make_missing(folder)

    assert load(variables(folder)) == first
    assert first.encryption_key is not None
    assert first.encryption_key_salt is not None
    assert len(set(first.encryption_key)) > 8
    assert [path.name for path in folder.parent.iterdir()] == ["encryption"]


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    make_missing(tmp_path / "keys")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}

    assert modes == {"encryption_key": 0o600, "encryption_key_salt": 0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_an_interrupted_first_start_is_made_good(tmp_path: Path) -> None:
    (tmp_path / "keys.new").mkdir()
    (tmp_path / "keys.new" / "encryption_key").write_text("half")

    make_missing(tmp_path / "keys")

    assert load(variables(tmp_path / "keys")).encryption_key is not None


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    make_missing(tmp_path / "keys")
    (tmp_path / "keys" / "encryption_key_salt").unlink()

    with pytest.raises(Unavailable) as caught:
        make_missing(tmp_path / "keys")

    assert str(caught.value) == (
        f"{tmp_path}/keys/encryption_key_salt cannot be read (No such file or directory); "
        "put it back from a backup, or set ENCRYPTION_KEY and ENCRYPTION_KEY_SALT."
    )


def test_kept_keys_fill_in_what_is_not_given(tmp_path: Path) -> None:
    bare = load({"DATA_DIR": str(tmp_path)})
    given = load({"DATA_DIR": str(tmp_path), "ENCRYPTION_KEY": "a" * 256, "ENCRYPTION_KEY_SALT": "b" * 64})
    assert filled_in(bare) == bare

    make_missing(folder_of(bare))

    assert filled_in(bare).encryption_key == load(variables(folder_of(bare))).encryption_key
    assert filled_in(given) == given
