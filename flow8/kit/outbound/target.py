"""An address of the web, taken apart strictly: what is not plainly http or https is refused."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from flow8.kit.errors import Failed

PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f\\]")
_KEPT = "%/:?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Target:
    """Where a request goes: `host` in ASCII without brackets, `path` with its query, ready to be sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two addresses share when credentials for one may be sent to the other."""
        return self.scheme, self.host, self.port

    @property
    def host_header(self) -> str:
        """The host as the Host header names it."""
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.host_header}{self.path}"

    def follow(self, location: str) -> "Target":
        """Where a redirect from here leads.

        Raises:
            Failed: not to a plain http or https address.
        """
        try:
            return target_of(urljoin(self.url, location))
        except ValueError as error:
            raise _bad("of the redirect cannot be read") from error


def target_of(url: str) -> Target:
    """The address, taken apart.

    Raises:
        Failed: for good, when it is not a plain http or https address; the address itself is not repeated.
    """
    try:
        parts = urlsplit(_quoted(url.strip()))
        return _checked(parts, parts.port)
    except (ValueError, UnicodeError) as error:
        raise _bad("cannot be read") from error


def _checked(parts: SplitResult, port: int | None) -> Target:
    if parts.scheme not in PORTS:
        raise _bad("does not start with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise _bad("holds a name or password; send them in a header")
    host = _ascii_host(parts.hostname or "")
    if not host or port == 0:
        raise _bad("names no host or an impossible port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def _quoted(text: str) -> str:
    """The address with everything after its host in ASCII without spaces."""
    scheme, slashes, rest = text.partition("://")
    host, slash, path = _split_at_path(rest)
    if _UNSAFE.search(host):
        raise _bad("holds spaces, backslashes or control characters in its host")
    return f"{scheme}{slashes}{host}{slash}{quote(path, safe=_KEPT)}"


def _split_at_path(rest: str) -> tuple[str, str, str]:
    found = re.search(r"[/?#]", rest)
    at = found.start() if found else len(rest)
    return rest[:at], rest[at : at + 1], rest[at + 1 :]


def _ascii_host(host: str) -> str:
    if ":" in host:
        return host.replace("%25", "%")
    return host.encode("idna").decode().lower()


def _bad(reason: str) -> Failed:
    return Failed(f"The address {reason}", final=True, code="BAD_ADDRESS")
