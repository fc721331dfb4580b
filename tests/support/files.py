"""Files for tests, and what tests see of them from outside."""

from pathlib import Path

from flow8.engine.engine import Engine
from flow8.files import Maker
from flow8.store.files import FileRecord


def a_file(
    engine: Engine,
    company_id: str,
    data: bytes = b"hello",
    *,
    name: str = "hello.txt",
    media_type: str = "text/plain",
    owner: str = "somebody",
    play_id: str | None = None,
) -> FileRecord:
    """A file of a company, held by a play if one is named."""
    maker = Maker(owner, owner, play_id)
    return engine.files.receive(company_id, maker, name, media_type, [data])


def on_disk(engine: Engine) -> list[Path]:
    """Every file below the folder of attachments, whole or half."""
    folder = engine.settings.data_dir / "data" / "attachments"
    return sorted(path for path in folder.rglob("*") if path.is_file())
