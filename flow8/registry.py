"""Finds every file of the catalogue and of private folders, checks it, and hands out what it declares."""

import difflib
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from flow8.errors import Invalid, NotFound, Problem
from flow8.kit.binding import args_problems, bind
from flow8.kit.checks import component_problems, module_problems
from flow8.kit.component import Component
from flow8.kit.module import Module
from flow8.kit.reference import modules_page

__all__ = ["Registry", "args_problems", "bind", "load_registry", "pages"]

CATALOGUE = "catalogue"
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "modules.md"
Entry = Module[Any] | Component


@dataclass(frozen=True)
class Registry:
    """All modules by appId and all components by kind and name; made once, never changed."""

    modules: Mapping[str, Module[Any]]
    components: Mapping[tuple[str, str], Component]

    def module(self, app_id: str) -> Module[Any]:
        """The module of this appId.

        Raises:
            NotFound: there is none; the message names the closest ones.
        """
        if found := self.modules.get(app_id):
            return found
        raise NotFound(_unknown("module", app_id, list(self.modules)), code="MODULE_NOT_FOUND")

    def component(self, kind: str, name: str) -> Component:
        """The provider of this kind and name.

        Raises:
            NotFound: there is none; the message names the closest ones.
        """
        if found := self.components.get((kind, name)):
            return found
        names = [each for of, each in self.components if of == kind]
        raise NotFound(_unknown(f"{kind} component", name, names), code="COMPONENT_NOT_FOUND")


def load_registry(extra_folders: Sequence[Path] = ()) -> Registry:
    """Everything the catalogue and the private folders declare.

    Files whose name starts with `_` are left out. Private files are executed anew at each call.

    Raises:
        Invalid: files that break a rule; all problems at once, each with its file.
    """
    found = [*_catalogue_files(), *(file for folder in extra_folders for file in _private_files(folder))]
    problems = [_no_folder(folder) for folder in extra_folders if not folder.is_dir()]
    entries: list[tuple[_File, Entry]] = []
    for file in found:
        entry, wrong = _entry_of(file)
        problems += [Problem(file.label, each) for each in wrong]
        entries += [(file, entry)] if entry else []
    problems += _doubles(entries)
    if problems:
        raise Invalid("Some files of the catalogue are not right.", problems=sorted(problems))
    return _registry([entry for _, entry in entries])


def pages() -> dict[Path, str]:
    """The text of every file that is made from the catalogue; `python -m flow8.registry` writes them."""
    return {PAGE: modules_page(load_registry().modules.values())}


@dataclass(frozen=True)
class _File:
    """A file that should hold one entry: the name it is imported by, and how people are told of it."""

    path: Path
    name: str
    label: str
    private: bool

    def load(self) -> ModuleType:
        """The imported file."""
        return _execute(self.name, self.path) if self.private else importlib.import_module(self.name)


def _catalogue_files() -> Iterator[_File]:
    package = importlib.import_module(CATALOGUE)
    root = Path(str(package.__file__)).parent
    for path in _python_files(root):
        inside = path.relative_to(root.parent)
        yield _File(path, ".".join(inside.with_suffix("").parts), inside.as_posix(), private=False)


def _private_files(folder: Path) -> Iterator[_File]:
    prefix = "private_" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    for path in _python_files(folder):
        inside = path.relative_to(folder).with_suffix("").parts
        yield _File(path, ".".join((prefix, *inside)), str(path), private=True)


def _python_files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.py")):
        if not any(part.startswith(("_", ".")) for part in path.relative_to(root).parts):
            yield path


def _execute(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("it cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    # Forms and docstrings are looked up through sys.modules while the file runs.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _entry_of(file: _File) -> tuple[Entry | None, list[str]]:
    try:
        loaded = file.load()
    except Exception as error:  # noqa: BLE001 - whatever an author's file raises is a problem of that file
        return None, [f"cannot be imported: {type(error).__name__}: {error}"]
    entries = {
        id(each): each
        for each in vars(loaded).values()
        if isinstance(each, Module | Component) and each.source == loaded.__name__
    }
    if len(entries) != 1:
        return None, [f"declares {len(entries)} modules or components; a file declares exactly one"]
    entry: Entry = next(iter(entries.values()))
    return entry, _entry_problems(entry, file.path)


def _entry_problems(entry: Entry, path: Path) -> list[str]:
    if isinstance(entry, Module):
        return module_problems(entry, path.stem)
    return component_problems(entry, path.parent.name)


def _doubles(entries: Sequence[tuple[_File, Entry]]) -> list[Problem]:
    first: dict[object, _File] = {}
    problems = []
    for file, entry in entries:
        name = entry.app_id if isinstance(entry, Module) else (entry.kind, entry.name)
        if (before := first.setdefault(name, file)) is not file:
            told = name if isinstance(name, str) else "/".join(name)
            problems.append(Problem(file.label, f"declares {told!r}, as {before.label} does already"))
    return problems


def _registry(entries: Sequence[Entry]) -> Registry:
    modules = {each.app_id: each for each in entries if isinstance(each, Module)}
    components = {(each.kind, each.name): each for each in entries if isinstance(each, Component)}
    return Registry(MappingProxyType(modules), MappingProxyType(components))


def _no_folder(folder: Path) -> Problem:
    return Problem(str(folder), "is not a folder; mend MODULES_DIR")


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    closest = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(closest)}?" if closest else f"; there are {', '.join(sorted(known))}"
    return f"There is no {what} {name!r}{hint}"


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
