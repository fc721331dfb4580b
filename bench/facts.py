"""What numbers need beside them to be compared: versions, machine, settings. Nothing secret, no paths."""

import os
import platform
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.options import Options
from bench.stage import CACHE_GB, Stage
from config.kinds import ROOT
from config.settings import load

PACKAGES = ("dramatiq", "flask", "gevent", "greenlet", "gunicorn", "pika", "pydantic", "pymongo")


def versions(stage: Stage) -> dict[str, str]:
    """Of flow8, of Python, of what flow8 stands on, and of MongoDB."""
    found = {name: _version_of(name) for name in PACKAGES}
    mongodb = str(stage.client.server_info()["version"])
    return {**ours(), "python": platform.python_version(), "mongodb": mongodb, **found}


def ours() -> dict[str, str]:
    """The version of flow8, and its commit in a checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        commit = done.stdout.strip()
    except OSError:
        commit = ""
    return {"flow8": str(project["version"]), **({"commit": commit} if commit else {})}


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def machine(folder: Path) -> dict[str, Any]:
    """Processors, memory, and what kind of disk the database lies on: in memory, a journal costs nothing."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "filesystem": _filesystem(folder),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _filesystem(folder: Path) -> str:
    """The type of the nearest mount above a folder."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return "unknown"
    above = {str(each) for each in (folder.resolve(), *folder.resolve().parents)}
    return max((mount for mount in mounts if mount[0] in above), key=lambda mount: len(mount[0]))[1]


def busy() -> float:
    """How many processes wanted a processor in the last minute, on average."""
    return os.getloadavg()[0]


def settings(options: Options) -> dict[str, Any]:
    """How the run was made."""
    usual = load({})
    return {
        "quick": options.quick,
        "rounds": options.times,
        "seconds": options.seconds,
        "broker": "mongodb" if options.broker is None else "rabbitmq",
        "worker_processes": usual.worker_processes,
        "worker_threads": usual.worker_threads,
        "web_processes": usual.web_concurrency,
        "mongodb_cache_gb": CACHE_GB,
    }
