"""The routes of a channel: path patterns such as `/orders/{id}`, and which route a request means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

from flow8.errors import Invalid, Problem

MAX_PATH = 2000
_PARAMETER = re.compile(r"\{([a-zA-Z_][a-zA-Z0-9_]*)\}")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\%?#{}]")

T = TypeVar("T")


@dataclass(frozen=True)
class Segment:
    """One piece of a pattern between slashes: a literal text, or a parameter that takes any text."""

    text: str
    is_parameter: bool = False


@dataclass(frozen=True)
class Pattern:
    """A path pattern. Matching compares segment by segment, so its time is linear in the path."""

    path: str
    segments: tuple[Segment, ...]

    @property
    def rank(self) -> tuple[bool, ...]:
        """Sorts the more specific of two patterns first: a literal beats a parameter, from the left."""
        return tuple(segment.is_parameter for segment in self.segments)

    @property
    def shape(self) -> str:
        """The pattern without its parameters' names: two routes with one shape and method are one route."""
        return "/" + "/".join("{}" if segment.is_parameter else segment.text for segment in self.segments)

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters of a request's path, or None when it is another path.

        `path` is as it came, without its query and still percent-encoded. Each segment is decoded once, so
        an encoded slash stays inside its segment.
        """
        pieces = split_path(path)
        return None if pieces is None else self.match_pieces(pieces)

    def match_pieces(self, pieces: tuple[str, ...]) -> dict[str, str] | None:
        """The same for a path that `split_path` has read."""
        if len(pieces) != len(self.segments):
            return None
        params: dict[str, str] = {}
        for segment, piece in zip(self.segments, pieces, strict=True):
            if segment.is_parameter:
                params[segment.text] = piece
            elif segment.text != piece:
                return None
        return params


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One route of a channel as the search sees it; `route` is whatever the caller keeps for it."""

    method: str
    pattern: Pattern
    route: T


@dataclass(frozen=True)
class Found(Generic[T]):
    """The route that a request means, and the parameters of its path."""

    route: T
    params: dict[str, str]


@dataclass(frozen=True)
class Missing:
    """No route: 404, or 405 when the path exists with other methods, which `allowed` names for the header."""

    allowed: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status to answer with."""
        return 405 if self.allowed else 404


def find_route(entries: Iterable[Entry[T]], method: str, path: str) -> Found[T] | Missing:
    """The most specific route for a method and a path (as it came: percent-encoded, without query)."""
    pieces = split_path(path)
    if pieces is None:
        return Missing()
    tried = ((entry, entry.pattern.match_pieces(pieces)) for entry in entries)
    matches = [(entry, params) for entry, params in tried if params is not None]
    fitting = [match for match in matches if match[0].method == method.upper()]
    if not fitting:
        return Missing(tuple(sorted({entry.method for entry, _ in matches})))
    best, params = min(fitting, key=lambda match: match[0].pattern.rank)
    return Found(best.route, params)


def split_path(path: str) -> tuple[str, ...] | None:
    """The decoded segments of a request's path; None when no route can mean it."""
    if not path.startswith("/") or path.count("/") > MAX_PATH:
        return None
    if path == "/":
        return ()
    try:
        pieces = tuple(unquote(piece, errors="strict") for piece in path[1:].split("/"))
    except UnicodeDecodeError:
        return None
    return None if any(piece in {"", ".", ".."} for piece in pieces) else pieces


def compile_path(path: str) -> Pattern:
    """The pattern of a path such as `/orders/{id}`.

    Raises:
        Invalid: the path breaks a rule; every broken rule is listed.
    """
    if problems := path_problems(path):
        raise Invalid("The path of this route is not right.", problems=problems)
    return Pattern(path, tuple(_segment(piece) for piece in _pieces(path)))


def path_problems(path: str, where: str = "path") -> list[Problem]:
    """Everything wrong with the path of a route."""
    if not path.startswith("/"):
        return [Problem(where, "should start with /")]
    if len(path) > MAX_PATH:
        return [Problem(where, f"should have at most {MAX_PATH} characters")]
    pieces = _pieces(path)
    sentences = [_fault(piece) for piece in pieces]
    names = [segment.text for segment in map(_segment, pieces) if segment.is_parameter]
    sentences += [f"has the parameter {name} twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    return [Problem(where, sentence) for sentence in dict.fromkeys(sentences) if sentence]


def _pieces(path: str) -> list[str]:
    return path[1:].split("/") if path != "/" else []


def _segment(piece: str) -> Segment:
    parameter = _PARAMETER.fullmatch(piece)
    return Segment(parameter[1], is_parameter=True) if parameter else Segment(piece)


def _fault(piece: str) -> str:
    if _PARAMETER.fullmatch(piece):
        return ""
    if not piece:
        return "has an empty segment; remove the doubled or the last /"
    if piece in {".", ".."}:
        return f"has the segment {piece}, which no request can reach"
    if "{" in piece or "}" in piece:
        return f"has the segment {piece}; a parameter is a whole segment: {{name}} of letters, digits and _"
    if unfit := _UNFIT.search(piece):
        return f"holds the character {unfit[0]!r}; write letters as they are, and nothing encoded"
    return ""
