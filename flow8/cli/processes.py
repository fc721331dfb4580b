"""The processes of flow8 as the Procfile spells them, and what they need to know beside the environment."""

import os
import sys
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from config.kinds import ROOT
from config.settings import Settings, environment_with
from flow8 import key_files
from flow8.supervise import Program, read_procfile

PROCFILE = ROOT / "Procfile"


def programs(settings: Settings) -> list[Program]:
    """What `up` runs: each line of the Procfile once, the worker as often as set, mcp only when enabled."""
    commands = read_procfile(PROCFILE)
    if not settings.mcp_server_enabled:
        commands.pop("mcp", None)
    return [
        Program(name if copies == 1 else f"{name}.{number}", command)
        for name, command in commands.items()
        for copies in [settings.worker_processes if name == "worker" else 1]
        for number in range(1, copies + 1)
    ]


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process: ours, this Python's programs first, and what was found out at the start.

    Keys go by the path of their file, so that no child of a child inherits them.
    """
    found = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment_with({}).get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "WORKER_THREADS": str(settings.worker_threads),
    }
    if "MONGODB_URI" not in settings.given and settings.mongodb_uri is not None:
        found["MONGODB_URI"] = settings.mongodb_uri
    if "ENCRYPTION_KEY" not in settings.given and settings.encryption_key is not None:
        found.update(key_files.variables(key_files.folder_of(settings)))
    if "SESSION_COOKIE_SECURE" not in settings.given and _is_plain_loopback(settings):
        found["SESSION_COOKIE_SECURE"] = "false"
    return environment_with(found)


def _is_plain_loopback(settings: Settings) -> bool:
    """Whether flow8 is reached by http on this machine only: there a secure cookie would never be sent back.

    Clients other than browsers hold localhost to that rule too. Nobody else can listen on the way.
    """
    url = urlsplit(settings.public_url)
    return url.scheme == "http" and _is_loopback(url.hostname or "") and _is_loopback(settings.server_host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def become(
    name: str, settings: Settings, arguments: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> NoReturn:
    """Turn this process into the one of that name in the Procfile, with further arguments and variables."""
    command = read_procfile(PROCFILE)[name]
    os.chdir(ROOT)
    os.execvpe(  # noqa: S606 - it is a shell, with our own line
        "sh",
        ["sh", "-c", f'exec {command} "$@"', name, *arguments],
        {**environment(settings), **(variables or {})},
    )
