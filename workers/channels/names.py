"""How a client of a socket names itself, and where it was in its answers."""

import re
from typing import Any, Final

from flow8.errors import Malformed

MOST: Final = 2**53
_CLIENT: Final = re.compile(r"[\w.:@-]{1,100}")


def client_of(given: Any) -> str | None:
    """The name of a client; None for one that has none.

    Raises:
        Malformed: it is none.
    """
    if given is None:
        return None
    if not isinstance(given, str) or not _CLIENT.fullmatch(given):
        raise Malformed("'client' has 1 to 100 letters, digits and . : @ _ -")
    return given


def after_of(given: Any) -> int | None:
    """The number of the last answer that a client got; None when it does not ask for those it missed.

    Raises:
        Malformed: it is none.
    """
    if given is None:
        return None
    number = int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < MOST:
        raise Malformed("'after' is the number n of the last answer that you got, or 0.")
    return number
