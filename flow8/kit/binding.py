"""Args meet a module's form: as an author wrote them, and again when every expression has its value."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flow8.domain.model import path_of, problems_of
from flow8.errors import Problem
from flow8.kit.errors import Failed
from flow8.kit.fields import RAW, Fields, each_field, is_secret, is_template
from flow8.kit.module import Module

A = TypeVar("A", bound=Fields)

AUTHORS_OWN = frozenset({"value_error", "assertion_error"})
"""Problems in the words of a module's own check, which may have looked at text that is still a template."""

KEY = "[key]"
"""How pydantic ends the path of a problem with a key rather than its value."""


def args_problems(module: Module[Any], args: dict[str, Any], path: str) -> list[Problem]:
    """What the module's form will refuse for certain, though `{{ … }}` in the args have no values yet.

    `path` is where the args stand, such as `flowlets[2].args`. Values are never repeated.
    """
    try:
        module.args.model_validate(args, by_alias=True, by_name=False, context=RAW)
    except ValidationError as error:
        return [_problem(module.args, found, path) for found in _certain(error, args)]
    return []


def bind(module: Module[A], args: dict[str, Any]) -> A:
    """The module's form, filled with args whose expressions have their values.

    Raises:
        Failed: for good; the sentence names each field that is not right, without its value.
    """
    form = module.args
    try:
        return form.model_validate(args, by_alias=True, by_name=False)
    except ValidationError as error:
        found = [_problem(form, each, "") for each in _located(error, args)]
        sentence = "; ".join(dict.fromkeys(str(problem) for problem in found))
        raise Failed(f"Arguments are not right: {sentence}", final=True, code="BAD_ARGS") from None


def form_problems(form: type[Fields], values: dict[str, Any], path: str) -> list[Problem]:
    """What a form refuses in these values, in which nothing is a template; secrets are never repeated."""
    try:
        form.model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        return [_problem(form, found, path) for found in _located(error, values)]
    return []


Place = tuple[str | int, ...]


@dataclass(frozen=True)
class _Found:
    """One refusal: where in the args, in which branch of a choice of types, and whether it may pass yet."""

    kind: str
    sentence: str
    place: Place
    branch: tuple[Place, str | int] | None
    open: bool


def _located(error: ValidationError, args: dict[str, Any]) -> list[_Found]:
    sentences = [problem.message for problem in problems_of(error)]
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return [_locate(each, sentence, args) for each, sentence in zip(details, sentences, strict=True)]


def _locate(error: ErrorDetails, sentence: str, args: dict[str, Any]) -> _Found:
    kind, steps = error["type"], error["loc"]
    if steps and steps[-1] == KEY:
        return _Found(kind, sentence, steps[:-1], None, is_template(steps[-2]))
    last = steps[-1:] if kind == "missing" else ()
    here, place, branch = _follow(steps[: len(steps) - len(last)], args)
    waits = is_template(here) or (kind in AUTHORS_OWN and _holds_template(here))
    return _Found(kind, sentence, (*place, *last), branch, waits)


def _follow(steps: Place, args: dict[str, Any]) -> tuple[Any, Place, tuple[Place, str | int] | None]:
    """The value at the end of the steps; a step that leads nowhere names a branch of a type, not a place."""
    here: Any = args
    place: Place = ()
    branch = None
    for step in steps:
        if _leads_on(here, step):
            here, place = here[step], (*place, step)
        else:
            branch = branch or (place, step)
    return here, place, branch


def _leads_on(here: Any, step: str | int) -> bool:
    if isinstance(here, dict):
        return step in here
    return isinstance(here, list) and isinstance(step, int) and step < len(here)


def _holds_template(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_template, value.values()))
    if isinstance(value, list):
        return any(map(_holds_template, value))
    return is_template(value)


def _certain(error: ValidationError, args: dict[str, Any]) -> Iterator[_Found]:
    """Without what a template may still mend: one branch that may pass yet saves a choice of types."""
    found = _located(error, args)
    branches: dict[Any, dict[Any, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        if each.branch:
            place, tag = each.branch
            branches[place][tag].append(each.open)
    hopeful = {place for place, tags in branches.items() if any(map(all, tags.values()))}
    for each in found:
        if not each.open and (each.branch is None or each.branch[0] not in hopeful):
            yield each


def _problem(form: type[Fields], found: _Found, path: str) -> Problem:
    where = path_of(found.place, path)
    names = ".".join(step for step in found.place if isinstance(step, str))
    if found.kind in AUTHORS_OWN and any(_is_at(names, secret) for secret in _secrets(form)):
        return Problem(where, "is not right; its value is secret and not shown")
    return Problem(where, found.sentence)


def _secrets(form: type[Fields]) -> list[str]:
    return [path for path, declared in each_field(form) if is_secret(declared)]


def _is_at(names: str, secret: str) -> bool:
    return f"{names}.".startswith(f"{secret}.")
