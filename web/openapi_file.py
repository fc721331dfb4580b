"""Writes the API's description into a file: `python -m web.openapi_file FILE`. MongoDB need not be there."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from config.settings import load
from flow8.engine.engine import engine_of
from flow8.registry import load_registry
from flow8.store import open_store
from web import openapi
from web.app import create_app

# The keys seal nothing: no secret is written or read.
NOWHERE: Final = {
    "MONGODB_URI": "mongodb://127.0.0.1:1/",
    "ENCRYPTION_KEY": "0" * 256,
    "ENCRYPTION_KEY_SALT": "0" * 64,
}


def text() -> str:
    """The description as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load({**NOWHERE, "DATA_DIR": folder})
        engine = engine_of(settings, open_store(settings), load_registry([]))
        try:
            return json.dumps(openapi.document(create_app(engine), settings.public_url), indent=1)
        finally:
            engine.close()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
