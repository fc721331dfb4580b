"""What every entry of a catalogue keeps: a title, sentences, an example, a name that is its file's."""

import re
from collections.abc import Iterator
from typing import Any

from flow8.domain.lanes import LANES
from flow8.kit.component import Component
from flow8.kit.fields import Fields, each_field, is_secret
from flow8.kit.kinds import KINDS, OWN_KINDS
from flow8.kit.module import Module

_SENTENCE = re.compile(r"[^a-z\s].*[.!?]", re.DOTALL)


def module_problems(module: Module[Any], stem: str) -> list[str]:
    """Everything a module's declaration lacks; `stem` is its file's name without `.py`."""
    return [
        *_title_problems(module.title),
        *_name_problems(module.app_id, stem),
        *_form_problems(module.args, "args"),
        *_form_problems(module.out, "output"),
        *_lane_problems(module.lane),
        *(_need_problem(kind) for kind in module.needs if kind not in (*KINDS, *OWN_KINDS)),
        *([] if module.examples else ["needs an Example; give @module one that is true"]),
    ]


def component_problems(component: Component, folder: str) -> list[str]:
    """Everything a component's declaration lacks; `folder` is the name of its file's folder, its kind."""
    kind = component.kind
    return [
        *_title_problems(component.title),
        *([] if kind in KINDS else [_kind_problem(kind)]),
        *([] if kind == folder else [f"is of kind {kind!r} but lies in {folder!r}; move it to {kind}/"]),
        *_form_problems(component.config, "config"),
        *_secret_problems(component.config),
    ]


def _title_problems(title: str) -> Iterator[str]:
    if not title:
        yield "needs a head docstring; its first line is the title people see"


def _name_problems(app_id: str, stem: str) -> Iterator[str]:
    if app_id != stem.replace("_", "-"):
        yield f"declares the module {app_id!r}; name the function like its file: {stem}"


def _form_problems(form: type[Fields], label: str) -> Iterator[str]:
    for path, declared in each_field(form):
        if not _SENTENCE.fullmatch((declared.description or "").strip()):
            yield f"the field {label}.{path} needs a sentence: a capital letter, words, a full stop"


def _secret_problems(form: type[Fields]) -> Iterator[str]:
    for path, declared in each_field(form):
        if is_secret(declared) and "." in path:
            yield f"keeps the secret config.{path} inside another field; secrets stand at the top"


def _lane_problems(lane: str) -> Iterator[str]:
    if lane not in LANES:
        yield f"asks for the lane {lane!r}; the lanes are {', '.join(LANES)}"


def _kind_problem(kind: str) -> str:
    return f"names the kind {kind!r}; the kinds of components are {', '.join(KINDS)}"


def _need_problem(kind: str) -> str:
    return f"needs the kind {kind!r}; a module may need {', '.join((*KINDS, *OWN_KINDS))}"
