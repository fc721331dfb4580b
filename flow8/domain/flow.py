"""What an author writes: a flow, its flowlets and their rules, as read from YAML, JSON or the editor."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainSerializer

from flow8.domain.model import Model

REF = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
RESERVED_REFS = frozenset({"args"})
REF_MAX_LENGTH = 64


def _must_be_ref(text: str) -> str:
    if len(text) > REF_MAX_LENGTH or not re.fullmatch(REF[1:-1], text):
        raise ValueError("should be up to 64 letters, digits and underscores, and not start with a digit")
    return text


def _must_be_slug(text: str) -> str:
    if not re.fullmatch(SLUG[1:-1], text):
        raise ValueError("should be up to 64 small letters, digits and hyphens, with no hyphen at either end")
    return text


def _short_number(number: float) -> int | float:
    return int(number) if number.is_integer() else number


Ref = Annotated[
    str, AfterValidator(_must_be_ref), Field(json_schema_extra={"pattern": REF, "maxLength": REF_MAX_LENGTH})
]
Slug = Annotated[str, AfterValidator(_must_be_slug), Field(json_schema_extra={"pattern": SLUG})]
Number = Annotated[float, PlainSerializer(_short_number, return_type=int | float)]
Recipient = Annotated[str, Field(min_length=1, max_length=500)]
Seconds = Annotated[Number, Field(gt=0, le=7 * 24 * 3600)]


class Operator(StrEnum):
    """How a filter compares its two values."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    IS_EMPTY = "is_empty"
    NOT_EMPTY = "not_empty"
    REGEX = "regex"


class OnError(StrEnum):
    """What a failed flowlet means for its play."""

    FAIL = "fail"
    CONTINUE = "continue"
    SKIP = "skip"


class KvConflict(StrEnum):
    """Which entry of KV a flow reads when several of its scopes have one of the same key."""

    NEAREST = "nearest"
    FARTHEST = "farthest"
    FAIL = "fail"


class Filter(Model):
    """A condition that must hold for its flowlet to run."""

    left_value: Any = None
    operator: Operator
    right_value: Any = None
    cast: Literal["string", "number", "boolean"] | None = None
    mode: Literal["and", "or"] = "and"


class Retry(Model):
    """How often and how patiently a failed flowlet is tried again."""

    count: int = Field(0, ge=0, le=100)
    delay_ms: int = Field(1000, ge=0, le=24 * 3600 * 1000)
    backoff_multiplier: Number = Field(1.0, ge=1, le=10)
    jitter: bool = False
    max_delay_ms: int = Field(3600 * 1000, ge=0, le=7 * 24 * 3600 * 1000)


class Approval(Model):
    """Who decides on a flowlet that needs approval, and for how long it waits."""

    approvers: tuple[str, ...] = ()
    note: str | None = None
    expires_after: Seconds | None = None
    on_expiry: Literal["approved", "declined"] = "declined"
    exclude_requester: bool = False


class Notify(Model):
    """Who is told: mail addresses, names of user groups, and web addresses; an empty list is nobody.

    Without a list the named approvers are told, and of failures whoever published the flow.
    """

    approval: tuple[Recipient, ...] | None = Field(None, max_length=50)
    failure: tuple[Recipient, ...] | None = Field(None, max_length=50)


class Concurrency(Model):
    """How many plays with the same key may run at once."""

    key: str
    limit: int = Field(ge=1, le=10_000)


class Execution(Model):
    """Rules for the play as a whole."""

    timeout: Seconds = 3600.0
    on_fail_flow_id: str | None = None
    concurrency: Concurrency | None = None
    priority: int = Field(0, ge=-9, le=9)


class Flowlet(Model):
    """One step: a module with arguments, conditions, retry and timeout."""

    ref: Ref
    name: str | None = Field(None, max_length=200)
    app_id: str
    args: dict[str, Any] = Field(default_factory=dict)
    index: int | None = Field(None, ge=0)
    after: tuple[str, ...] | None = None
    inside: Ref | None = None
    filters: tuple[Filter, ...] = ()
    timeout: Seconds = 300.0
    retry: Retry = Retry()
    on_error: OnError = OnError.FAIL
    needs_approval: bool = False
    approval: Approval | None = None
    defer_after_ms: int | None = Field(None, ge=0)
    component_config_ids: dict[str, str] = Field(default_factory=dict)
    link_ids_by_type: dict[str, str] = Field(default_factory=dict)
    module_version: int | None = Field(None, ge=1)
    lane: str | None = None
    disabled: bool = False


class Flow(Model):
    """A flow as its author wrote it; `flow` is the permanent id."""

    flow: Slug
    name: str = Field(min_length=1, max_length=200)
    category: str | None = Field(None, max_length=100)
    group: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=4000)
    enabled: bool = True
    title: str | None = None
    input: dict[str, Any] | None = None
    output: Any = None
    execution: Execution = Execution()
    notify: Notify = Notify()
    kv_inherit: bool = True
    kv_conflict: KvConflict = KvConflict.NEAREST
    flowlets: tuple[Flowlet, ...] = Field(min_length=1, max_length=2000)
