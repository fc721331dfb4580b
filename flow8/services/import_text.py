"""The text of an import: one flow, and the channels that lead to it, each a YAML document of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field, ValidationError

from flow8.domain.flow import Slug
from flow8.domain.model import Model, problems_of
from flow8.domain.read import MAX_FLOW_BYTES, read_flow, unfit_problems
from flow8.errors import Malformed, Problem, TooLarge
from flow8.services.channel_rules import FLOW8, HEADER_TOKEN, SYNC, USUAL_TIMEOUT, RouteWish

MOST_DOCUMENTS: Final = 20
_MARKER: Final = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_NOTHING: Final = re.compile(rb"(?:\s|^---|#[^\n]*+)*+", re.MULTILINE)


class RouteText(Model):
    """A route of a channel; without `flow` and `targetFlows` it leads to the flow of the same text."""

    name: str | None = None
    http_method: str | None = None
    path: str | None = None
    tool_name: str | None = None
    description: str | None = None
    flow: str | None = None
    target_flows: tuple[str, ...] = ()
    response_mode: str = SYNC
    timeout_seconds: float = Field(USUAL_TIMEOUT, allow_inf_nan=False)

    def wish(self, own_flow: str) -> RouteWish:
        """The route as `add_route` takes it."""
        targets = self.target_flows or (self.flow or own_flow,)
        name = self.name or self.tool_name or f"{self.http_method} {self.path}"
        return RouteWish(
            name,
            targets,
            self.http_method,
            self.path,
            self.tool_name,
            self.description,
            self.response_mode,
            self.timeout_seconds,
        )


class ChannelText(Model):
    """A channel, by its slug; it is made when the company has none of that slug."""

    channel: Slug
    name: str | None = None
    kind: str
    auth_mode: str = HEADER_TOKEN
    sender: str = FLOW8
    enabled: bool = True
    routes: tuple[RouteText, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """What a text holds: the fields of its flow, its channels each with the path that names it in problems.

    `problems` speaks of the channels only; the flow is not looked at yet.
    """

    flow: dict[str, Any]
    channels: tuple[tuple[str, ChannelText], ...]
    problems: tuple[Problem, ...]

    @property
    def own(self) -> str:
        """The permanent id of the flow, as it stands there."""
        return str(self.flow.get("flow", ""))


def parse(text: str | bytes) -> Parsed:
    """Read a text of one flow and any number of channels, in any order.

    Raises:
        TooLarge: the text is longer than a flow may be.
        Malformed: it cannot be read, or holds no flow, or more than one; says where.
    """
    documents = [read_flow(piece, limit_bytes=2 * MAX_FLOW_BYTES) for piece in _split(_bytes_of(text))]
    flows = [each for each in documents if "channel" not in each]
    if len(flows) != 1:
        raise Malformed(f"An import holds exactly one flow; this text has {len(flows)}.")
    channels, problems = _channels([each for each in documents if "channel" in each])
    return Parsed(flows[0], channels, tuple(problems))


def _channels(
    documents: Sequence[dict[str, Any]],
) -> tuple[tuple[tuple[str, ChannelText], ...], list[Problem]]:
    found, problems = [], []
    for place, data in enumerate(documents):
        path = f"channels[{place}]"
        unfit = [Problem(path, problem.message) for problem in unfit_problems(data)]
        try:
            found.append((path, ChannelText.model_validate(data, by_alias=True, by_name=False)))
        except ValidationError as error:
            unfit = unfit or problems_of(error, path)
        problems += unfit
    return tuple(found), problems


def _bytes_of(text: str | bytes) -> bytes:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_FLOW_BYTES:
        raise TooLarge(f"An import has at most {MAX_FLOW_BYTES} bytes; this text has {len(data)}.")
    return data


def _split(data: bytes) -> list[bytes]:
    """The documents of a text, each behind as many empty lines as stood before it: errors name its line."""
    starts = [0, *(marker.start() for marker in _MARKER.finditer(data))]
    ends = [*starts[1:], len(data)]
    pieces = [(start, data[start:end]) for start, end in zip(starts, ends, strict=True)]
    full = [(start, piece) for start, piece in pieces if not _NOTHING.fullmatch(piece)]
    if len(full) > MOST_DOCUMENTS:
        raise Malformed(f"An import has at most {MOST_DOCUMENTS} documents; this text has {len(full)}.")
    return [b"\n" * data.count(b"\n", 0, start) + piece for start, piece in full]
