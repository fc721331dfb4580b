"""HTTP headers in forms: names that are names, values that stay on one line."""

import re
from typing import Annotated

from pydantic import AfterValidator

from flow8.kit.text import Text

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


def header_name(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: it holds something that no header's name may hold.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a header's name has letters, digits and hyphens only")
    return name


def header_value(value: str) -> str:
    """The value without spaces around it.

    Raises:
        ValueError: it holds a line break or another control character, which could smuggle in a header.
    """
    if not _VALUE.fullmatch(value):
        raise ValueError("a header's value stays on one line and holds no control characters")
    return value.strip()


Headers = dict[Annotated[str, AfterValidator(header_name)], Annotated[Text, AfterValidator(header_value)]]
"""The type of a field with headers: names to texts, numbers taken as text."""
