"""What people read about the settings, made from their declarations: the reference page and .env.example.

`python -m config.reference` writes both (`make docs`).
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from config.declare import Rule, Setting, declared_in
from config.kinds import ROOT
from config.settings import Settings

PAGE = ROOT / "docs" / "reference" / "settings.md"
EXAMPLE = ROOT / ".env.example"

PAGE_HEAD = """\
# Settings

> Made from `config/settings.py` by `make docs`; change the sentences there.

A setting is given as an environment variable, or in `config/config.yml` at the place named here, where
`${NAME}` and `${NAME:-default}` stand for environment variables. What `config.yml` says comes first, then
the environment, then the default. Every variable may be given as `NAME_FILE` instead: a file that holds the
value, as container secrets do. An empty value counts as not given.

Relative paths start at the folder of `flow8core`. A time is a number with `s`, `m`, `h`, `d` or `w`. Wrong
values stop the start with one list of all problems. Secrets never appear in logs or messages.
"""

EXAMPLE_HEAD = """\
# Settings of flow8 as environment variables; the value shown is the default.
# Made from config/settings.py by `make docs`. In production set at least MONGODB_URI, ENCRYPTION_KEY and
# ENCRYPTION_KEY_SALT. What each one does: docs/reference/settings.md
"""


def pages() -> dict[Path, str]:
    """The text of every file that is made from the declarations."""
    return {PAGE: reference_page(), EXAMPLE: env_example()}


def reference_page() -> str:
    """The settings in Markdown, one table for each section of config.yml."""
    return "\n".join([PAGE_HEAD, *_sections()])


def env_example() -> str:
    """Every variable, commented out, with its sentence."""
    return "\n".join([EXAMPLE_HEAD, *(_example(each) for each in declared_in(Settings))])


def _sections() -> Iterator[str]:
    ordered = sorted(declared_in(Settings), key=_section)
    for section, settings in groupby(ordered, _section):
        yield f"## {section}\n"
        yield "| variable | in config.yml | value | default | what it is |"
        yield "|---|---|---|---|---|"
        yield from (_row(each) for each in settings)
        yield ""


def _section(declared: Setting) -> str:
    return declared.place.partition(".")[0]


def _row(declared: Setting) -> str:
    shape = (declared.kind.shape or declared.kind.words).replace(" | ", ", ")
    text = f"{declared.text} *Secret.*" if declared.secret else declared.text
    return f"| `{declared.name}` | `{declared.place}` | {shape} | {_default(declared)} | {text} |"


def _default(declared: Setting) -> str:
    shown = declared.shown_default
    return shown if isinstance(declared.default, Rule) or not shown else f"`{shown}`"


def _example(declared: Setting) -> str:
    if isinstance(declared.default, Rule):
        return f"# {declared.text} Default: {declared.shown_default}.\n#{declared.name}=\n"
    return f"# {declared.text}\n#{declared.name}={declared.shown_default}\n"


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
