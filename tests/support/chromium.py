"""A real browser: Chromium without a window, driven over a pipe by its own debugging protocol."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--ignore-certificate-errors",
    "--remote-debugging-pipe",
)
PLUMBING: Final = (
    "import fcntl, os, sys; ends = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]; "
    "[os.dup2(end, number) for number, end in enumerate(ends, 3)]; os.execv(sys.argv[3], sys.argv[3:])"
)
"""The protocol is spoken on the files 3 and 4."""
PATIENCE: Final = 30.0


def program() -> str | None:
    """Where it is; None when this machine has none."""
    return next((found for found in map(shutil.which, NAMES) if found), None)


@dataclass
class Chromium:
    """One tab of a running browser."""

    told: int
    heard: int
    session: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))
    rest: bytes = b""

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol and its answer."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.told, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._message(until)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def open(self, address: str) -> None:
        """Type an address."""
        self.call("Page.navigate", url=address)

    def tell(self, script: str) -> Any:
        """The value of a script in the page; None while a page comes and goes."""
        try:
            answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        except AssertionError:
            return None
        return answer["result"].get("value")

    def wait_for(self, script: str) -> Any:
        """The value of a script once it is true of the page."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            value = self.tell(script)
            if value:
                return value
            time.sleep(0.05)
        shown = self.tell("location.href + ' ' + document.body.innerText")
        raise AssertionError(f"{script} never became true; the page is {shown}")

    def click(self, selector: str) -> None:
        """Click on a link, once it is there."""
        self.wait_for(f"!!document.querySelector({json.dumps(selector)})")
        self.tell(f"document.querySelector({json.dumps(selector)}).click()")

    def cookies(self) -> dict[str, dict[str, Any]]:
        """Every cookie that the browser keeps, by its name."""
        return {each["name"]: each for each in self.call("Storage.getCookies")["cookies"]}

    def _message(self, until: float) -> dict[str, Any]:
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.heard], [], [], max(0.0, until - time.monotonic()))
            assert ready, "Chromium does not answer"
            piece = os.read(self.heard, 65536)
            assert piece, "Chromium is gone"
            self.rest += piece
        message, _, self.rest = self.rest.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def chromium(folder: Path, *flags: str) -> Iterator[Chromium]:
    """A browser that nobody used before, with one empty tab."""
    found = program()
    assert found is not None
    theirs_in, told = os.pipe()
    heard, theirs_out = os.pipe()
    command = [found, *FLAGS, f"--user-data-dir={folder}", *flags, "about:blank"]
    process = subprocess.Popen(
        [sys.executable, "-c", PLUMBING, str(theirs_in), str(theirs_out), *command],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    tab = Chromium(told, heard)
    try:
        target = tab.call("Target.createTarget", url="about:blank")["targetId"]
        tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        yield tab
    finally:
        process.kill()
        process.wait()
        os.close(told)
        os.close(heard)
