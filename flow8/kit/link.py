"""Links: stored credentials as a module uses them, each for certain hosts only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flow8.kit.errors import Failed
from flow8.kit.outbound.target import target_of

PLAIN = "http://"
_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{PLAIN})?(?:(?:\*\.)?{_NAME}(?:\.{_NAME})*|\[[0-9a-f:.]{{2,45}}\])")


@dataclass(frozen=True)
class Link:
    """A credential of a service: the headers that carry it, and the hosts that may be sent them."""

    service: str
    hosts: tuple[str, ...]
    headers: Mapping[str, str] = field(repr=False)

    def headers_for(self, url: str) -> Mapping[str, str]:
        """The headers to send to an address.

        Raises:
            Failed: for good, when the link is not for this host, or the address is no https.
        """
        target = target_of(url)
        if not allows(self.hosts, target.scheme, target.host):
            message = (
                f"The link is not for {target.scheme}://{target.host}; it goes to {', '.join(self.hosts)}"
            )
            raise Failed(message, final=True, code="LINK_REFUSED")
        return self.headers


def is_host_rule(text: str) -> bool:
    """Whether a text names hosts: `api.example.com`, `*.example.com`; with `http://` also without TLS."""
    return _HOST.fullmatch(text) is not None


def allows(rules: Sequence[str], scheme: str, host: str) -> bool:
    """Whether one of the rules is for this host, and for going there without TLS if that is asked."""
    return any(_is_for(rule, scheme, host.lower()) for rule in rules)


def _is_for(rule: str, scheme: str, host: str) -> bool:
    if scheme != "https" and not rule.startswith(PLAIN):
        return False
    name = rule.removeprefix(PLAIN).strip("[]")
    return host.endswith(name[1:]) if name.startswith("*.") else host == name
