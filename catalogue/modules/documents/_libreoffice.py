"""LibreOffice as a child: where it is, a fresh profile that trusts nobody, one conversion."""

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from flow8.kit import Context, Failed, Program
from flow8.kit.child import MIB, WALLS, Ended, Limits, fresh_folder, run_child

LIBREOFFICE: Final = Program(
    "LibreOffice",
    (
        "soffice",
        "libreoffice",
        "/usr/lib/libreoffice/program/soffice",
        "/opt/libreoffice/program/soffice",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    ),
    "on Debian: apt install --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui "
    "libreoffice-impress-nogui",
)

LIMITS: Final = Limits(memory_bytes=2048 * MIB, file_bytes=512 * MIB)
MAX_BYTES: Final = 50 * MIB
TOLD: Final = 300

SCRIPTING: Final = "/org.openoffice.Office.Common/Security/Scripting"
NETWORK: Final = "/org.openoffice.Inet/Settings"
SETTINGS: Final = (
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "MacroSecurityLevel", "3"),
    (SCRIPTING, "DisableActiveContent", "true"),
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    # Links that the settings above forget lead to a proxy that nobody can be.
    (NETWORK, "ooInetProxyType", "2"),
    *((NETWORK, f"ooInet{scheme}ProxyName", "127.0.0.1") for scheme in ("HTTP", "HTTPS", "FTP")),
    *((NETWORK, f"ooInet{scheme}ProxyPort", "9") for scheme in ("HTTP", "HTTPS", "FTP")),
)
"""Macros never, links never updated nor followed, no network. Old versions pass over what is new to them."""

READS: Final = ("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice")

SOCKETS: Final = "/tmp"  # noqa: S108 - LibreOffice's choice
"""Where it makes a socket, whatever TMPDIR says."""


@dataclass(frozen=True)
class Conversion:
    """What to convert, read and written by which filters, into a file of which name."""

    data: bytes
    name: str
    reads: str
    to: str
    writes: str


def convert_with(
    program: str,
    conversion: Conversion,
    ctx: Context,
    limits: Limits = LIMITS,
    walls: Collection[str] = WALLS,
) -> bytes:
    """The converted document.

    Raises:
        Failed: for good when LibreOffice refuses the document or makes more than `MAX_BYTES` of it; for now
            when it crashes or does not finish in time, since both may be the machine's fault.
    """
    with fresh_folder(ctx) as folder:
        _write_profile(folder / "profile")
        folder.joinpath(f"document.{conversion.name}").write_bytes(conversion.data)
        home = str(Path(program).resolve().parents[1])
        command = _command(program, conversion, folder)
        try:
            ended = run_child(
                command,
                ctx,
                folder=folder,
                limits=limits,
                reads=(home, *READS),
                sockets=(SOCKETS,),
                walls=walls,
            )
        finally:
            _remove_socket(folder)
        return _result(folder / "out" / f"document.{conversion.to}", ended, folder)


def _command(program: str, conversion: Conversion, folder: Path) -> list[str]:
    return [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        f"--infilter={conversion.reads}",
        *("--convert-to", f"{conversion.to}:{conversion.writes}"),
        *("--outdir", str(folder / "out"), str(folder / f"document.{conversion.name}")),
    ]


def _write_profile(profile: Path) -> None:
    items = "".join(
        f"<item oor:path={quoteattr(path)}>"
        f'<prop oor:name={quoteattr(name)} oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>', encoding="utf-8"
    )


def _remove_socket(folder: Path) -> None:
    """Remove what a killed LibreOffice leaves behind: a socket named after user and profile."""
    digest = hashlib.md5((folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = f"OSL_PIPE_{os.geteuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"
    Path(SOCKETS, name).unlink(missing_ok=True)


def _result(made: Path, ended: Ended, folder: Path) -> bytes:
    if ended.timed_out:
        raise Failed("LibreOffice did not finish in time and was ended", code="TIMEOUT")
    words = _last_words(ended, folder)
    if ended.code != 0:
        raise Failed(f"LibreOffice crashed ({ended.told}){words}", code="CONVERTER_CRASHED")
    # A document must not make us read another file through a link.
    if made.is_symlink() or not made.is_file():
        raise Failed(f"LibreOffice refuses this document{words}", final=True, code="DOCUMENT_REFUSED")
    if made.stat().st_size > MAX_BYTES:
        raise Failed(f"The converted document is larger than {MAX_BYTES} bytes", final=True, code="TOO_LARGE")
    return made.read_bytes()


def _last_words(ended: Ended, folder: Path) -> str:
    """What it said last, without our places, its stack, and its warning about Java, which nobody needs."""
    lines = [line.strip() for line in ended.output.splitlines() if "javaldx" not in line]
    said = [line.replace(str(folder), "…") for line in lines if line and line[0] != "/" and line[-1] != ":"]
    return f": {said[-1][:TOLD]}" if said else ""
