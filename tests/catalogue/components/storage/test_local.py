"""Local files: the kind's promises, and nothing outside the folder."""

import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from catalogue.components.storage.local import Config, Local, local
from flow8.kit import Failed, Storage, Surroundings
from tests.catalogue.components.storage.conformance import ROOM, StorageConformance
from tests.catalogue.components.storage.names import ODD_BUT_INSIDE, REFUSED


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "inside" / "company"


@pytest.fixture
def store(root: Path) -> Local:
    return Local(Config(), Surroundings(files=root))


class TestLocal(StorageConformance):
    @pytest.fixture
    def storage(self, root: Path) -> Storage:
        opened: Storage = local.open(local.config(), Surroundings(files=root))
        return opened


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(store: Local, path: str) -> list[str]:
    codes = []
    for attempt in (lambda: store.read(path, max_bytes=ROOM), lambda: store.write(path, b"changed")):
        with pytest.raises(Failed) as failed:
            attempt()
        codes.append(failed.value.code)
    return codes


def test_every_name_there_is_leaves_the_world_outside_unchanged(
    store: Local, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"outside")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a").write_bytes(b"outside too")

    for path in (*REFUSED, *ODD_BUT_INSIDE):
        try:
            store.write(f"{path}", b"inside")
        except Failed:
            continue

    outside = {
        path: data for path, data in files_in(tmp_path).items() if not path.startswith("inside/company/")
    }
    assert outside == {"a": b"outside", "inside/a": b"outside too"}
    assert len(files_in(root)) > len(ODD_BUT_INSIDE) / 2


def test_a_link_to_a_file_outside_is_neither_read_nor_written(
    store: Local, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    root.mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "secret")

    assert refusal(store, "link") == ["NOT_A_FILE", "NOT_A_FILE"]
    assert (tmp_path / "secret").read_bytes() == b"secret"


@pytest.mark.parametrize("target", [".", "..", "{outside}", "/proc/self/cwd", "nowhere", "loop"])
def test_no_folder_on_the_way_may_be_a_link(
    store: Local, root: Path, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    monkeypatch.chdir(tmp_path / "outside")
    root.mkdir(parents=True)
    (root / "loop").symlink_to(target.format(outside=tmp_path / "outside"))

    assert refusal(store, "loop/file") == ["NOT_A_FILE", "NOT_A_FILE"]
    assert refusal(store, "loop/deeper/file") == ["NOT_A_FILE", "NOT_A_FILE"]
    assert list(root.iterdir()) == [root / "loop"]
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_that_stays_inside_is_refused_too(store: Local, root: Path) -> None:
    store.write("real", b"1")
    (root / "link").symlink_to("real")

    assert refusal(store, "link") == ["NOT_A_FILE", "NOT_A_FILE"]


def test_the_root_itself_may_be_a_link_of_its_owner(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "files").symlink_to(tmp_path / "disk")
    store = Local(Config(), Surroundings(files=tmp_path / "files"))

    store.write("a", b"1")

    assert files_in(tmp_path / "disk") == {"a": b"1"}


def test_a_pipe_is_refused_and_does_not_hang(store: Local, root: Path) -> None:
    root.mkdir(parents=True)
    os.mkfifo(root / "pipe")

    assert refusal(store, "pipe") == ["NOT_A_FILE", "NOT_A_FILE"]


def test_a_socket_is_refused(store: Local, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.mkdir(parents=True)
    # Addresses of sockets are short, folders of tests are not.
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")

        assert refusal(store, "socket") == ["NOT_A_FILE", "NOT_A_FILE"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_refused(store: Local, root: Path) -> None:
    root.mkdir(parents=True)
    try:
        os.mknod(root / "zero", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this machine lets nobody make devices")

    assert refusal(store, "zero") == ["NOT_A_FILE", "NOT_A_FILE"]


def test_a_folder_that_turns_into_a_link_under_way_leads_nowhere(
    store: Local, root: Path, tmp_path: Path
) -> None:
    """Another process swaps a folder for a link out of the root again and again while we write."""
    (tmp_path / "outside").mkdir()
    (root / "real").mkdir(parents=True)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            # The writes under test make the folder anew when they find it gone, so a step may fail.
            with suppress(OSError):
                (root / "real").rename(root / f"aside{time.monotonic_ns()}")
            with suppress(OSError):
                (root / "real").symlink_to(tmp_path / "outside")
            with suppress(OSError):
                (root / "real").unlink()

    swapper = threading.Thread(target=swap)
    swapper.start()
    outcomes = [_outcome(store, number) for number in range(1500)]
    stop.set()
    swapper.join()

    assert list((tmp_path / "outside").iterdir()) == []
    assert {"written", "NOT_A_FILE"} <= set(outcomes)


def _outcome(store: Local, number: int) -> str:
    try:
        store.write(f"real/{number}", b"x")
    except Failed as failed:
        return failed.code
    return "written"


@pytest.fixture
def small_disk() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_refuses_leaves_the_old_file_and_nothing_else(store: Local, root: Path) -> None:
    store.write("report", b"old")

    with pytest.raises(Failed, match="Storage refuses 'report': File too large") as failed:
        store.write("report", b"x" * 200_000)

    assert (failed.value.final, failed.value.code) == (False, "STORAGE_FAILED")
    assert files_in(root) == {"report": b"old"}


def test_a_reader_sees_one_whole_version_or_the_other(store: Local) -> None:
    versions = [bytes([letter]) * 300_000 for letter in b"ab"]
    store.write("report", versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            for version in versions:
                store.write("report", version)

    writer = threading.Thread(target=rewrite)
    writer.start()
    seen = {store.read("report", max_bytes=ROOM) for _ in range(300)}
    stop.set()
    writer.join()

    assert seen <= set(versions)


def test_many_writers_of_one_folder_get_along(store: Local, root: Path) -> None:
    threads = [threading.Thread(target=store.write, args=(f"a/b/{number}", b"x")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(files_in(root)) == 20


def test_files_and_folders_are_the_owners_alone(store: Local, root: Path) -> None:
    store.write("a/b", b"1")

    modes = [path.stat().st_mode & 0o777 for path in (root, root / "a", root / "a" / "b")]
    assert modes == [0o700, 0o700, 0o600]


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_descriptor_is_left_open(store: Local, root: Path) -> None:
    store.write("a/b", b"1")
    (root / "link").symlink_to("a/b")
    before = open_descriptors()

    for path in ("a/b", "a", "link", "missing", "a/b/c", "../x"):
        for _ in range(20):
            try:
                store.read(path, max_bytes=0)
            except Failed:
                continue

    assert open_descriptors() == before
