"""All that an author of modules and components imports."""

from flow8.domain.values import from_text as from_json
from flow8.kit.component import Surroundings, component
from flow8.kit.condition import Condition
from flow8.kit.context import Context
from flow8.kit.errors import Failed, Skipped
from flow8.kit.fields import Fields, Open, field, to_json
from flow8.kit.files import Files, FileValue
from flow8.kit.headers import Headers
from flow8.kit.kinds import Kv, KvValue, Letter, Mail, Posted, Request, RequestResponse, Storage, Stored
from flow8.kit.link import Link
from flow8.kit.mail import MailAddress, OneLine
from flow8.kit.module import AnyValue, Effect, Example, Reply, module
from flow8.kit.orders import AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop
from flow8.kit.pace import breathe, paced
from flow8.kit.program import Program
from flow8.kit.text import Text, as_text

__all__ = [
    "AnyValue",
    "AwaitEvent",
    "Collect",
    "Condition",
    "Context",
    "Delay",
    "Effect",
    "Example",
    "Failed",
    "Fields",
    "FileValue",
    "Files",
    "Headers",
    "Kv",
    "KvValue",
    "Letter",
    "Link",
    "Mail",
    "MailAddress",
    "OneLine",
    "Open",
    "PlayFlow",
    "Posted",
    "Program",
    "Repeat",
    "Reply",
    "Request",
    "RequestResponse",
    "Skipped",
    "Stop",
    "Storage",
    "Stored",
    "Surroundings",
    "Text",
    "as_text",
    "breathe",
    "component",
    "field",
    "from_json",
    "module",
    "paced",
    "to_json",
]
