"""Performs the examples of a module and tells in words how what it gave differs from what it should give."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flow8.domain.model import path_of
from flow8.kit.binding import args_problems
from flow8.kit.errors import Failed, Skipped
from flow8.kit.module import Example, Module
from flow8.kit.testing import run_example

MOST_TOLD = 20
LONG_TEXT = 60
LONG_VALUE = 200

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Tried:
    """One example after it was performed. It is true when there are no differences."""

    module: str
    title: str
    differences: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the example is true."""
        return not self.differences


def try_examples(module: Module[Any]) -> Iterator[Tried]:
    """Every example of the module, performed in its order."""
    titles: set[str] = set()
    for example in module.examples:
        found = [] if example.title not in titles else ["an earlier example has this title; change one"]
        titles.add(example.title)
        found += _try(module, example)
        yield Tried(module.app_id, example.title, _cut(found))


def differences(said: Any, given: Any, place: Place = ()) -> Iterator[str]:
    """Where the output that the example says and the one that the module gave are not equal, and how."""
    ours, theirs = _parts(said), _parts(given)
    if ours is None or theirs is None or type(said) is not type(given):
        if said != given:
            yield f"{_at(place)}: {_told(said, given)}"
        return
    for key in dict.fromkeys([*ours, *theirs]):
        where = (*place, key)
        if key not in theirs:
            yield f"{_at(where)}: the example says {_short(ours[key])}, the module gave nothing"
        elif key not in ours:
            yield f"{_at(where)}: the module gave {_short(theirs[key])}, the example says nothing"
        else:
            yield from differences(ours[key], theirs[key], where)


def _parts(value: Any) -> dict[Any, Any] | None:
    """The entries of an object, the items of a list; None for what has no parts."""
    if isinstance(value, list):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else None


def _try(module: Module[Any], example: Example) -> list[str]:
    if refused := args_problems(module, example.args, "args"):
        return [str(problem) for problem in refused]
    try:
        given = run_example(module, example)
    except Skipped:
        return ["it skipped, so it has no output"]
    except Failed as failed:
        return [f"it failed with {failed.code}: {failed.message}"]
    except AssertionError as error:
        return [str(error) or f"it broke: AssertionError{_where(error, module)}"]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever an author's module raises is told
        return [f"it broke: {type(error).__name__}: {error}{_where(error, module)}"]
    return list(differences(example.output, given))


def _where(error: BaseException, module: Module[Any]) -> str:
    file = module.run.__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f" ({Path(file).name}, line {lines[-1]})" if lines else ""


def _cut(found: list[str]) -> tuple[str, ...]:
    more = len(found) - MOST_TOLD
    return (*found[:MOST_TOLD], f"and {more} more") if more > 0 else tuple(found)


def _at(place: Place) -> str:
    return path_of(place, "output")


def _told(said: Any, given: Any) -> str:
    if isinstance(said, str) and isinstance(given, str) and max(len(said), len(given)) > LONG_TEXT:
        same = next((at for at, (a, b) in enumerate(zip(said, given, strict=False)) if a != b), None)
        at = min(len(said), len(given)) if same is None else same
        window = slice(max(0, at - LONG_TEXT // 3), at + LONG_TEXT)
        return f"from character {at} on the example says {said[window]!r}, the module gave {given[window]!r}"
    return f"the example says {_short(said)}, the module gave {_short(given)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONG_VALUE else f"{text[:LONG_VALUE]}..."
