"""What goes wrong below a running module, in a module's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from flow8.errors import Flow8Error, Unavailable
from flow8.kit.errors import Failed
from flow8.store.database import faults_in_words


@contextmanager
def told_to_modules() -> Iterator[None]:
    """Faults of the store and of the vault as failures: those that may pass can be tried again.

    Raises:
        Failed: something went wrong.
    """
    try:
        with faults_in_words():
            yield
    except Unavailable as away:
        final = away.error_code != Unavailable.code
        raise Failed(away.message, final=final, code=away.error_code) from away
    except Flow8Error as wrong:
        raise Failed(wrong.message, final=True, code=wrong.error_code) from wrong
