"""The data directory: its folders, its lock, and plain words when it cannot be used."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flow8.data_directory import is_locked, lay_out, lock
from flow8.errors import Unavailable

NOBODY = 65534


def test_it_is_laid_out_as_the_owners_document_shows(tmp_path: Path) -> None:
    lay_out(tmp_path / "data")
    lay_out(tmp_path / "data")

    found = sorted(str(path.relative_to(tmp_path / "data")) for path in (tmp_path / "data").rglob("*"))
    assert found == ["data", "data/attachments", "data/flows", "data/tmp", "db", "logs", "tmp"]


def test_a_file_in_its_place_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(Unavailable) as caught:
        lay_out(tmp_path / "data")

    folder, user = tmp_path / "data", os.getuid()
    assert str(caught.value) == (
        f"mkdir: cannot create directory '{folder}': File exists; "
        f"let user {user} write to '{folder}' (chown {user} '{folder}'), or set DATA_DIR to another."
    )


def test_a_folder_that_may_not_be_written_is_named_with_the_documented_words(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    let_others_pass(tmp_path)

    done = as_nobody(f"lay_out(Path({str(folder / 'data')!r}))")

    assert f"Unavailable: mkdir: cannot create directory '{folder}/data': Permission denied; let user" in done


def test_a_laid_out_folder_that_became_read_only_is_found(tmp_path: Path) -> None:
    lay_out(tmp_path / "data")
    let_others_pass(tmp_path)

    done = as_nobody(f"lay_out(Path({str(tmp_path / 'data')!r}))")

    assert f"Unavailable: The directory '{tmp_path}/data' cannot be written to; let user" in done


def let_others_pass(folder: Path) -> None:
    """Open the folder, and those that pytest made above it, to whoever is not its owner."""
    for above in (folder, *folder.parents):
        if above == Path(tempfile.gettempdir()):
            return
        above.chmod(0o755)


def as_nobody(statement: str) -> str:
    """What a statement says when an unprivileged user runs it (root may write anywhere)."""
    head = "import os\nfrom pathlib import Path\nfrom flow8.data_directory import lay_out\n"
    change = f"if os.getuid() == 0:\n    os.setgroups([])\n    os.setgid({NOBODY})\n    os.setuid({NOBODY})\n"
    done = subprocess.run(
        [sys.executable, "-c", head + change + statement], capture_output=True, text=True, check=False
    )
    return done.stderr


def test_only_one_up_may_have_it(tmp_path: Path) -> None:
    with lock(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(Unavailable) as caught:
            lock(tmp_path)

    assert str(caught.value) == (
        f"flow8 runs already with the data directory '{tmp_path}' (process {os.getpid()}); "
        "stop it first, or set DATA_DIR to another."
    )
    assert not is_locked(tmp_path)


def test_a_killed_up_leaves_no_lock(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom flow8.data_directory import lock\n"
        "held = lock(Path(sys.argv[1]))\nprint('locked', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        assert is_locked(tmp_path)
        holder.kill()
        holder.wait()

    lock(tmp_path).close()


def test_a_folder_that_is_not_there_is_not_locked(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "nowhere")
