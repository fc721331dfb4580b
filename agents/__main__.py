"""Runs the MCP server until it is told to stop: `python -m agents`."""

import logging
import sys

import uvicorn

from agents.server import make_application
from config import logging as logs
from config.settings import SettingsError, from_environment
from flow8.engine.engine import open_engine
from flow8.errors import Flow8Error

STOP_SECONDS = 25

log = logging.getLogger("agents")


def main() -> str | None:
    """Serve until SIGTERM or SIGINT; a sentence when it could not start."""
    try:
        settings = from_environment()
        logs.set_up(settings, "mcp")
        engine = open_engine(settings)
        engine.vault.verify_at_start()
    except (SettingsError, Flow8Error) as error:
        return str(error)
    server = uvicorn.Server(
        uvicorn.Config(
            make_application(engine),
            host=settings.mcp_server_host,
            port=settings.mcp_server_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    log.info("serving tools on http://%s:%d/mcp", settings.mcp_server_host, settings.mcp_server_port)
    server.run()
    engine.close()
    return None


if __name__ == "__main__":
    sys.exit(main())
