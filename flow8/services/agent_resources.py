"""What agents may read beside their tools, with the right to view: flows as YAML, and recent plays."""

from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.services import flows, plays
from flow8.services.masked import masked_value
from flow8.services.page import LARGEST_SIZE
from flow8.services.reach import must_within
from flow8.store.flows import FlowRecord

FLOW: Final = "flow8://flows/"
PLAY: Final = "flow8://plays/"
YAML: Final = "application/yaml"
JSON: Final = "application/json"
RECENT: Final = 20


@dataclass(frozen=True)
class Resource:
    """Something to read: its address, what it is, and in which form it comes."""

    uri: str
    name: str
    title: str
    description: str
    mime_type: str


@dataclass(frozen=True)
class Resources:
    """Some resources, and the page that has more of them, if one has."""

    data: list[Resource]
    next: int | None


def list_resources(engine: Engine, actor: Actor, *, page: int = 1) -> Resources:
    """The flows that the actor may see, a hundred a page, and behind the first hundred the last 20 plays.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page.
    """
    must_within(engine, actor, Right.VIEW, "resources.list")
    found = flows.list_flows(engine, actor, page=page, size=LARGEST_SIZE)
    resources = [_flow(flow) for flow in found.data]
    if page == 1:
        resources += [_play(row) for row in plays.list_plays(engine, actor, size=RECENT).rows]
    return Resources(resources, page + 1 if page < found.pages else None)


def read_resource(engine: Engine, actor: Actor, uri: str) -> tuple[str, str]:
    """The text of a resource and its type: a flow's draft as YAML, a play with its layers as JSON.

    No agent is given a secret that stands in a flow, whatever its key may do.

    Raises:
        Denied: without the right to view.
        NotFound: there is no such resource, or it is not the actor's to see.
    """
    must_within(engine, actor, Right.VIEW, "resources.read")
    if uri.startswith(FLOW):
        return flows.export_text(engine, actor, uri.removeprefix(FLOW), with_secrets=False), YAML
    play_id = uri.removeprefix(PLAY)
    if play_id == uri or not play_id.isprintable():
        raise NotFound(f"There is no resource here; addresses begin with {FLOW} or {PLAY}.")
    return to_text(plays.get_play(engine, actor, play_id)), JSON


def _flow(flow: FlowRecord) -> Resource:
    about = masked_value(flow.draft.get("description")) or flow.name
    return Resource(f"{FLOW}{flow.permanent_id}", flow.permanent_id, flow.name, str(about), YAML)


def _play(row: dict[str, Any]) -> Resource:
    about = f"A play of {row['flow']}, {row['state']}, accepted {row['createdAt']}."
    return Resource(f"{PLAY}{row['id']}", row["id"], row["title"] or row["flow"], about, JSON)
