"""Where the text of a setting comes from: config.yml first, then NAME, then the file that NAME_FILE names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.declare import Setting
from config.kinds import ROOT

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
NOTHING = {"", "~", "null"}  # how YAML says "no value"
LONGEST_FILE = 65536


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the settings: which one, and what to do about it."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


@dataclass
class Sources:
    """The environment and the texts of config.yml by place, with the problems met while reading them."""

    environ: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    file: str = "config.yml"

    def text_of(self, declared: Setting) -> str | None:
        """What is given for a setting; None when nothing is, an empty text counts as nothing."""
        from_environment = self._from_environment(declared.name)
        return self.texts.get(declared.place, from_environment)

    def keep(self, place: str, text: str) -> None:
        """Note what config.yml says about a setting, unless it says nothing."""
        if text not in NOTHING:
            self.texts[place] = text

    def refuse(self, name: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(name, message))

    def whence(self, declared: Setting) -> str:
        """How a person finds the place where the setting was given."""
        if declared.place in self.texts:
            return f"{declared.name} ({declared.place} in {self.file})"
        return declared.name

    def _from_environment(self, name: str) -> str | None:
        plain, file = self.environ.get(name) or None, self.environ.get(f"{name}_FILE") or None
        if plain is not None and file is not None:
            self.refuse(name, f"is given twice; unset {name} or {name}_FILE")
            return None
        return self._from_file(name, file) if file else plain

    def _from_file(self, name: str, file: str) -> str | None:
        try:
            with (ROOT / file).open(encoding="utf-8") as opened:
                return opened.read(LONGEST_FILE).rstrip("\r\n") or None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not a text file"
            self.refuse(f"{name}_FILE", f"{file} cannot be read ({reason}); correct the path")
            return None


def read_sources(environ: Mapping[str, str], file: Path, places: set[str]) -> Sources:
    """The sources of all settings; `places` are the paths that config.yml may hold."""
    sources = Sources(environ, file=file.name)
    for place, text in _leaves(_document(file, sources)):
        if place in places:
            sources.keep(place, _filled(text, environ))
        elif text or not any(known.startswith(f"{place}.") for known in places):
            sources.refuse(file.name, f"{place} is not a setting; remove it or correct its name")
    return sources


def _document(file: Path, sources: Sources) -> Any:
    if not file.exists():
        return None
    import yaml  # noqa: PLC0415 - costs 20 ms that a start without config.yml need not pay

    try:
        # Every value stays text, so that a key of digits keeps its leading zeros.
        return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - it builds texts only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        sources.refuse(file.name, f"cannot be read as YAML{line}; correct it")
        return None


def _leaves(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list):
        yield place, ",".join(str(entry) for entry in node)
    elif node is not None:
        yield place, str(node)


def _filled(text: str, environ: Mapping[str, str]) -> str:
    """`text` with its variables replaced once; what they bring in is not searched again."""

    def value_of(found: re.Match[str]) -> str:
        # A NAME_FILE is read later, by the setting's own name; a default here would hide it.
        instead = "" if environ.get(f"{found[1]}_FILE") else found[2]
        return environ.get(found[1]) or instead or ""

    return VARIABLE.sub(value_of, text).strip()
