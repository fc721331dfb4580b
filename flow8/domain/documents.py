"""YAML and JSON text to the value it holds, with the line of every mistake, and back to YAML.

YAML as people expect it and JSON can hold it: dates, `on`, `yes`, `007` and `0x1F` stay text; only `true`,
`null` and plain decimal numbers are more than text. Tags, a key given twice and endless aliases are refused.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from flow8.domain.numerals import PLAIN_NUMBER, number_in
from flow8.errors import Malformed

MAX_DEPTH = 100
MAX_NODES = 200_000
"""Values that one document may hold once its aliases are replaced by what they stand for."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TEXT_TAG = "tag:yaml.org,2002:str"
_UNFIT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_JSON_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|(?P<number>-?(?:NaN|Infinity|[0-9][-+.0-9eE]*))|[\[\]{}]'
)


class Unreadable(Malformed):
    """The text cannot be read; `line` and `column` (both from 1) say where."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"line {line}, column {column}: {reason}")


def read_document(text: str) -> Any:
    """The JSON value that a YAML or JSON text holds.

    Raises:
        Unreadable: the text is neither, or is refused for one of this file's reasons.
    """
    if not text.lstrip().startswith(("{", "[")):
        return _read_yaml(text)
    try:
        return _read_json(text)
    except json.JSONDecodeError as error:
        not_json = Unreadable(error.msg, error.lineno, error.colno)
    try:
        return _read_yaml(text)
    except Unreadable as not_yaml:
        # Whoever came further in the text has understood more of it.
        further = (not_json.line, not_json.column) > (not_yaml.line, not_yaml.column)
        raise (not_json if further else not_yaml) from None


def write_yaml(value: Any) -> str:
    """The YAML of a JSON value, in its own order, read back by `read_document` as the same value."""
    return str(yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110))


def _read_json(text: str) -> Any:
    try:
        value = json.loads(text, parse_int=number_in, parse_float=number_in, parse_constant=lambda _: None)
    except RecursionError:
        value = None
    _look_through_json(text)
    return value


def _look_through_json(text: str) -> None:
    """What a JSON parser lets pass: a key given twice, numbers that JSON does not know, endless nesting."""
    names: list[set[str]] = []
    for token in _JSON_TOKEN.finditer(text):
        if token[0] in "{[":
            names.append(set())
            if len(names) > MAX_DEPTH:
                raise _at(text, token.start(), _TOO_DEEP)
        elif token[0] in "}]":
            names.pop()
        elif token["number"] and number_in(token["number"]) is None:
            raise _at(text, token.start(), "a number that JSON does not know, or longer than 310 characters")
        elif token["colon"]:
            name = json.loads(token["text"])
            if name in names[-1]:
                raise _at(text, token.start(), _twice(name))
            names[-1].add(name)


def _read_yaml(text: str) -> Any:
    if unfit := _UNFIT.search(text):
        raise _at(text, unfit.start(), f"the character U+{ord(unfit[0]):04X} is not allowed here")
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _explained(text, error) from error
    return builder.root


def _explained(text: str, error: Any) -> Unreadable:
    mark = error.problem_mark
    line = text.split("\n")[mark.line : mark.line + 1]
    hint = _QUOTES_HINT if "{{" in "".join(line) else _HINTS.get(error.problem, "")
    return Unreadable(f"{error.problem}{hint}", mark.line + 1, mark.column + 1)


def _at(text: str, index: int, reason: str) -> Unreadable:
    before = text[:index]
    return Unreadable(reason, before.count("\n") + 1, index - before.rfind("\n"))


@dataclass
class _Frame:
    """A list or mapping that is still open: its value, its anchor, how many nodes there were before it."""

    value: Any
    anchor: str | None
    nodes_before: int
    key: str | None = None


class _Builder:
    """Puts a value together from YAML events, without recursion and within bounds."""

    def __init__(self) -> None:
        self.root: Any = None
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Go on with the next event; those that only frame a document mean nothing."""
        step = self._STEPS.get(type(event))
        if step is not None:
            step(self, event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _marked(event, "a second document starts here; one text holds one")

    def _open(self, event: Any) -> None:
        self._refuse_tag(event)
        if self._awaits_key():
            raise _marked(event, "a key must be text" + _QUOTES_HINT)
        if len(self._frames) == MAX_DEPTH:
            raise _marked(event, _TOO_DEEP)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._frames.append(_Frame(value, event.anchor, self._nodes))

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        self._add(event, frame.value)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, self._nodes - frame.nodes_before)

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        value = _plain_value(event.value) if event.implicit[0] and event.tag is None else event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(event, event.value if self._awaits_key() else value)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _marked(event, f"there is no &{event.anchor} that is complete before this line")
        value, size = self._anchors[event.anchor]
        self._add(event, copy.deepcopy(value), size)

    def _awaits_key(self) -> bool:
        frame = self._frames[-1] if self._frames else None
        return frame is not None and isinstance(frame.value, dict) and frame.key is None

    def _add(self, event: Any, value: Any, size: int = 1) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise _marked(event, f"more than {MAX_NODES} values, aliases counted as what they stand for")
        frame = self._frames[-1] if self._frames else None
        if frame is None:
            self.root = value
        elif isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = _new_key(event, frame.value, value)
        else:
            frame.value[frame.key] = value
            frame.key = None

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in {None, "!", _TEXT_TAG}:
            raise _marked(event, f"tags such as {event.tag} are not read; write the value itself")

    _STEPS: ClassVar[Mapping[type[Any], Callable[["_Builder", Any], None]]] = {
        yaml.DocumentStartEvent: _document,
        yaml.MappingStartEvent: _open,
        yaml.SequenceStartEvent: _open,
        yaml.MappingEndEvent: _close,
        yaml.SequenceEndEvent: _close,
        yaml.ScalarEvent: _scalar,
        yaml.AliasEvent: _alias,
    }


def _new_key(event: Any, known: Mapping[str, Any], name: Any) -> str:
    if not isinstance(name, str):
        raise _marked(event, "a key must be text")
    if name in known:
        raise _marked(event, _twice(name))
    return name


def _plain_value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    number = number_in(text)
    return text if number is None else number


def _marked(event: Any, reason: str) -> Unreadable:
    return Unreadable(reason, event.start_mark.line + 1, event.start_mark.column + 1)


def _twice(name: str) -> str:
    return f"the key {name!r} is given twice"


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_QUOTES_HINT = "; put a value that holds {{ … }} in quotes"
_HINTS = {
    "mapping values are not allowed in this context": "; put a text with a colon in quotes",
}


class _Writer(_DUMPER):  # type: ignore[misc,valid-type]  # the C dumper when there is one, else its twin
    """Writes shared values out in full, texts of several lines as blocks, and quotes text like a number."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def text(self, text: str) -> Any:
        return self.represent_scalar(_TEXT_TAG, text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _Writer.text)
_Writer.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(f"(?:{PLAIN_NUMBER.pattern})\\Z"), list("-+.0123456789")
)
