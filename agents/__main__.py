"""Runs the MCP server: over HTTP until it is told to stop, or for one program at the other end of a pipe.

`python -m agents`, `python -m agents --stdio --key f8_…`.
"""

import argparse
import contextlib
import logging
import sys
from collections.abc import Sequence

import anyio
import uvicorn

from agents.server import make_application
from agents.stdio import key_of, serve
from agents.tokens import agent_of
from config import logging as logs
from config.settings import SettingsError, from_environment
from flow8.engine.engine import Engine, open_engine
from flow8.errors import Flow8Error
from flow8.health_door import HealthDoor
from flow8.store.database import faults_in_words

STOP_SECONDS = 25

log = logging.getLogger("agents")


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Serve until SIGTERM or SIGINT, or until the other end is closed; a sentence when it could not start."""
    asked = _parser().parse_args(arguments)
    try:
        with contextlib.redirect_stdout(sys.stderr if asked.stdio else sys.stdout):
            engine = _open_engine()
            key = key_of(asked.key or "")
            if asked.stdio:
                with faults_in_words():
                    agent_of(engine, key)
    except (SettingsError, Flow8Error) as error:
        return str(error)
    try:
        if asked.stdio:
            anyio.run(serve, engine, key)
        else:
            _serve_http(engine)
    finally:
        engine.close()
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agents", description="Serve agents over MCP.")
    parser.add_argument("--stdio", action="store_true", help="speak over input and output")
    parser.add_argument("--key", help="with --stdio: the API key, or @ and a file that holds it")
    return parser


def _open_engine() -> Engine:
    settings = from_environment()
    logs.set_up(settings, "mcp")
    engine = open_engine(settings)
    engine.vault.verify_at_start()
    return engine


def _serve_http(engine: Engine) -> None:
    settings = engine.settings
    server = uvicorn.Server(
        uvicorn.Config(
            make_application(engine, lambda: server.should_exit),
            host=settings.mcp_server_host,
            port=settings.mcp_server_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    health = HealthDoor(engine, "mcp")
    health.open()
    log.info("serving tools on http://%s:%d/mcp", settings.mcp_server_host, settings.mcp_server_port)
    server.run()
    health.close()


if __name__ == "__main__":
    sys.exit(main())
