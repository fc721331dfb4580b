"""The bundle of the web UI: its sources, what was built of them, and building it once for each change."""

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from config.kinds import ROOT
from flow8.errors import Unavailable
from flow8.node import Node, find_node

SOURCES: Final = ROOT / "ui"
BUILT: Final = ROOT / "web" / "static" / "ui"
ABOUT: Final = "built.json"
"""Stands in the bundle and names the sources that it was built of."""
MADE: Final = frozenset({"node_modules", "generated", "dist"})
"""Folders of the sources that hold what is made, not what is written."""
AGAIN_AFTER: Final = 3600.0
"""Seconds after which a start tries again what failed."""
COMMAND: Final = "./flow8core ui build"

Say = Callable[[str], None]


def digest_of_sources(sources: Path | None = None) -> str | None:
    """A hash over every source file with its path; None where there are no sources, as in the image."""
    sources = sources or SOURCES
    if not (sources / "package.json").is_file():
        return None
    found = hashlib.sha256()
    for path in sorted(_files(sources)):
        found.update(f"{path.relative_to(sources)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in MADE:
                yield from _files(path)
        else:
            yield path


def digest_of_built(built: Path | None = None) -> str | None:
    """The hash of the sources that the bundle was built of; None when there is none, or half of one."""
    try:
        return str(json.loads(((built or BUILT) / ABOUT).read_text(encoding="utf-8"))["sources"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_fresh() -> bool:
    """Whether the bundle is there and of these sources; without sources any bundle will do."""
    built, sources = digest_of_built(), digest_of_sources()
    return built is not None and sources in (None, built)


def build(say: Say) -> None:
    """Build the bundle unless it is fresh; a second one that wants to waits for the first.

    Raises:
        Unavailable: Node, a package or the sources are not there; the sentence says what to do.
    """
    if is_fresh():
        return
    with _alone():
        digest = digest_of_sources()
        if is_fresh() or digest is None:
            return
        node = find_node()
        install(node, say)
        say("Building the web UI (once for each change of ui/) ...")
        fresh = BUILT.with_name("ui.new")
        shutil.rmtree(fresh, ignore_errors=True)
        node.run(
            SOURCES, "node_modules/vite/bin/vite.js", "build", "--outDir", str(fresh), "--logLevel", "warn"
        )
        node.run(SOURCES, "compress.mjs", str(fresh))
        (fresh / ABOUT).write_text(json.dumps({"sources": digest}), encoding="utf-8")
        shutil.rmtree(BUILT, ignore_errors=True)
        fresh.rename(BUILT)


def build_at_start(say: Say) -> None:
    """Build as `build` does; what failed within the last hour fails at once, so that no start waits again.

    Raises:
        Unavailable: as `build`.
    """
    note = BUILT.with_name("ui.failed")
    if is_fresh():
        return
    if note.is_file() and time.time() - note.stat().st_mtime < AGAIN_AFTER:
        raise Unavailable(note.read_text(encoding="utf-8"))
    try:
        build(say)
    except Unavailable as error:
        with suppress(OSError):
            note.write_text(error.message, encoding="utf-8")
        raise
    note.unlink(missing_ok=True)


def install(node: Node, say: Say) -> None:
    """Install what the lockfile names, once for each lockfile.

    Raises:
        Unavailable: it cannot be downloaded or installed.
    """
    wanted = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    stamp = SOURCES / "node_modules" / ".flow8-made"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Installing what the web UI is built with (ui/package-lock.json) ...")
    node.install(SOURCES)
    stamp.write_text(wanted, encoding="utf-8")


@contextmanager
def _alone() -> Iterator[None]:
    try:
        BUILT.parent.mkdir(parents=True, exist_ok=True)
        file = (BUILT.parent / "ui.lock").open("a")
    except OSError as error:
        raise Unavailable(f"'{BUILT.parent}' cannot be written to: {error.strerror}.") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
