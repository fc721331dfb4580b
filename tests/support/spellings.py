"""Other spellings of a request for a protected path; none may lead to its content, or to anybody else's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TARGETS: Final = (
    "/{path}",
    "//{path}",
    "{path}/",
    "{path}//",
    "{path};x=1",
    "{path};jsessionid=1",
    "{semicolon}",
    "{path}/configs",
    "{path}/public",
    "{path}/..;/health",
    "{path}%20",
    "{path}%09",
    "{path}%0a",
    "{path}%0d%0aX-Original-URL:%20/health",
    "{path}%00",
    "{path}%00.css",
    "{path}/.",
    "{path}/./",
    "{path}/..",
    "{path}/../health",
    "{path}/%2e%2e/health",
    "{path}/%252e%252e/health",
    "{path}%2f..%2fhealth",
    "{path}%5c..%5chealth",
    "{path}.json",
    "{path}.html",
    "{path}.css",
    "{path}~",
    "{path}*",
    "{path}%23",
    "{path}%3fpublic",
    "{path}%253fpublic",
    "{path}%2e",
    "{path}%c0%af",
    "{path}%e0%80%af",
    "{path}%c0%ae%c0%ae/health",
    "{path}%ef%bc%8f",
    "{path}?_method=GET",
    "{path}?public=1&path=/health",
    "/./{path}",
    "/.{path}",
    "/%2e{path}",
    "/../{path}",
    "/health/..{path}",
    "/health/%2e%2e{path}",
    "/health;{path}",
    "/health%2f..{path}",
    "/assets/..{path}",
    "/assets/%2e%2e{path}",
    "/sign-in/..{path}",
    "/x/..{path}",
    "/api/v1{path}",
    "http://localhost{path}",
    "\\{path}",
    "{upper}",
    "{encoded}",
    "{twice}",
    "{dotted}",
    "{letters}",
)
"""Each is a target of a request; a name in braces is one way to write the path."""

HEADERS: Final = (
    {"X-HTTP-Method-Override": "GET"},
    {"X-HTTP-Method": "GET", "X-Method-Override": "GET"},
    {"X-Original-URL": "/health", "X-Rewrite-URL": "/health"},
    {"X-Forwarded-Prefix": "/health", "X-Script-Name": "/health", "X-Forwarded-Path": "/health"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=localhost"},
    {"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-Server": "localhost"},
    {"X-Custom-IP-Authorization": "127.0.0.1", "X-Forwarded-User": "admin", "Remote-User": "admin"},
    {"Host": "localhost/health?"},
    {"Host": "health@localhost"},
    {"Host": ""},
    {"Authorization": ""},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Cookie": "sid="},
    {"Cookie": "sid=undefined; sid=null"},
    {"Referer": "http://localhost/sign-in", "Origin": "http://localhost"},
)
"""Headers that some server or framework believes, with the plain path."""

METHODS: Final = ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "GETX", "CONNECT")


@dataclass(frozen=True)
class Spelled:
    """One request: its name in a report, and what is sent."""

    name: str
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)


def targets(path: str) -> dict[str, str]:
    """The spellings of a path, by the pattern that made them."""
    first, _, rest = path.removeprefix("/").partition("/")
    ways = {
        "path": path,
        "upper": path.upper(),
        "encoded": path.replace("/", "%2f"),
        "twice": path.replace("/", "%252f"),
        "dotted": path.replace("/", "/./"),
        "letters": "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:]),
        "semicolon": f"/{first};x=1/{rest}",
    }
    return {pattern: pattern.format(**ways) for pattern in TARGETS}


def spelled(method: str, path: str) -> Iterator[Spelled]:
    """Every other way to ask for a path."""
    for pattern, target in targets(path).items():
        yield Spelled(pattern, method, target)
    for headers in HEADERS:
        yield Spelled(str(headers), method, path, headers)
        yield Spelled(f"/health with {headers}", "GET", "/health", _pointing_at(path, headers))
    for other in METHODS:
        yield Spelled(other, other, path)
    yield Spelled("https://", method, f"https://localhost:1{path}")
    yield Spelled("user@", method, f"http://health@localhost{path}")
    yield Spelled("two slashes and a host", method, f"//localhost{path}")


def _pointing_at(path: str, headers: dict[str, str]) -> dict[str, str]:
    """The same headers where a path stands in them, on the way to a public one."""
    return {name: path if value == "/health" else value for name, value in headers.items()}
