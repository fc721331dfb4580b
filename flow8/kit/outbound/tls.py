"""TLS over a judged connection: the certificate must be the name's, whatever address answered."""

import socket
import ssl
import time
from functools import cache

import certifi

from flow8.kit.errors import Failed
from flow8.kit.outbound.watchdog import Watchdog


def secured(connection: socket.socket, host: str, authorities: str, ends_at: float) -> ssl.SSLSocket:
    """The connection under TLS; closed when that fails.

    Raises:
        Failed: the certificate is not the host's, or the handshake broke or took too long.
    """
    wrapped: socket.socket = connection
    try:
        name = host.partition("%")[0].rstrip(".")
        wrapped = trust(authorities).wrap_socket(
            connection, server_hostname=name, do_handshake_on_connect=False
        )
        with Watchdog(wrapped, ends_at):
            wrapped.do_handshake()
    except ssl.SSLCertVerificationError as error:
        wrapped.close()
        reason = error.verify_message
        raise Failed(
            f"The certificate of {host} is not right: {reason}", final=True, code="BAD_CERTIFICATE"
        ) from error
    except (OSError, ValueError) as error:
        wrapped.close()
        late = time.monotonic() >= ends_at
        reason = "no answer in time" if late else getattr(error, "reason", None) or str(error)
        code = "TIMEOUT" if late else "CONNECTION_FAILED"
        raise Failed(f"No TLS with {host}: {reason}", code=code) from error
    return wrapped


@cache
def trust(authorities: str) -> ssl.SSLContext:
    """Whom we believe: the system's authorities, certifi's where it has none, and those in the PEM text."""
    context = ssl.create_default_context()
    if not any(_system_places()):
        context.load_verify_locations(cafile=certifi.where())
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


def authorities() -> str:
    """The file or folder of whom we believe, for clients that would otherwise believe a list of their own."""
    return next(filter(None, _system_places()), None) or certifi.where()


def _system_places() -> tuple[str | None, str | None]:
    """The file and the folder with the system's authorities, where they exist."""
    places = ssl.get_default_verify_paths()
    return places.cafile, places.capath
