"""docs/deployment.md says what is: what it names exists, its examples are what the code does."""

import ast
import json
import logging
import re
import shlex
from pathlib import Path

import pytest
import yaml

from config.declare import declared_in
from config.log_lines import TextLines
from config.settings import Settings, load
from flow8.cli import flow8
from flow8.data_directory import FOLDERS
from flow8.services.health import Health, shown_health
from tests.support.system import ROOT

PAGE = ROOT / "docs" / "deployment.md"
TEXT = PAGE.read_text(encoding="utf-8")
LIST = TEXT.partition("## Every statement")[2]
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", LIST, re.MULTILINE)
SETTINGS = {each.name: each for each in declared_in(Settings)}
DOCUMENTED = (
    *(
        "MONGODB_URI",
        "MONGODB_DB",
        "SERVER_PORT",
        "ENCRYPTION_KEY",
        "ENCRYPTION_KEY_SALT",
        "MCP_SERVER_ENABLED",
        "MCP_SERVER_PORT",
    ),
    *(
        "CHANNEL_PORT_RANGE",
        "CHANNEL_POOL_SIZE",
        "OAUTH2_CLIENT_ID",
        "OAUTH2_CLIENT_SECRET",
        "OAUTH2_REDIRECT_URI",
    ),
    *(
        "DEFAULT_AI_COMPONENT",
        "DEFAULT_STORAGE_COMPONENT",
        "DEFAULT_DB_COMPONENT",
        "RETENTION_CLEANUP_INTERVAL",
    ),
    *(
        "RETENTION_AUDIT_CADENCE",
        "RETENTION_FLOWS_CADENCE",
        "LOG_LEVEL",
        "LOG_FILE",
        "AUDIT_LOG_FIELD_MAX_BYTES",
    ),
    *("UNIT_OUTPUT_UI_MAX_BYTES", "SESSION_TTL_HOURS", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTP_ONLY"),
    *("SESSION_COOKIE_SAME_SITE", "GOMAXPROCS"),
)
"""Every variable of the document that the page answers."""
DOCUMENTED_KEYS = (
    *(
        "server.port",
        "server.max_request_size_mb",
        "server.read_timeout_seconds",
        "server.write_timeout_seconds",
        "mongodb.uri",
    ),
    *(
        "mongodb.database",
        "mongodb.max_pool_size",
        "mongodb.ssl",
        "encryption.key_secret",
        "encryption.key_salt",
    ),
    *(
        "encryption.algorithm",
        "oauth2.microsoft.client_id",
        "oauth2.microsoft.client_secret",
        "oauth2.microsoft.redirect_uri",
    ),
    *("session.ttl_hours", "session.cookie_secure", "session.cookie_http_only", "session.cookie_same_site"),
)
"""Every key of its config.yml."""


PACKAGES = frozenset(
    [
        "dramatiq",
        "pika",
        "flask",
        "gunicorn",
        "gevent",
        "pymongo",
        "pyyaml",
        "argon2-cffi",
        "flask-dance",
        "apscheduler",
        "mcp",
    ]
)
PLACES = [
    "web",
    "workers",
    "scheduler",
    "config",
    "tests",
    "Dockerfile",
    "requirements",
    "Procfile",
    "compose.yml",
]
"""What the document's design card names."""


def test_it_stands_on_the_packages_and_in_the_folders_of_the_design() -> None:
    wanted = (ROOT / "requirements" / "main.in").read_text()

    assert set(re.findall(r"^([\w-]+)", wanted, re.MULTILINE)) >= PACKAGES
    assert [name for name in PLACES if not (ROOT / name).exists()] == []


def blocks(language: str) -> list[str]:
    """The examples in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_every_variable_that_is_named_is_a_setting_and_every_documented_one_is_named() -> None:
    named = set(re.findall(r"(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w*])", TEXT))

    assert {name.removesuffix("_FILE") if name != "LOG_FILE" else name for name in named} <= set(SETTINGS)
    assert set(DOCUMENTED) <= named | {"GOMAXPROCS"}
    assert "`GOMAXPROCS`" in TEXT


def test_the_defaults_in_the_table_are_those_of_the_settings() -> None:
    table = TEXT.partition("| about | variables")[2].partition("`config/config.yml`")[0]
    told = re.findall(r"`([A-Z0-9_]+)` \(([^:)]+)\)", table)

    assert len(told) > 20
    for name, default in told:
        file = str(load({"DATA_DIR": "/app/data"}).log_file)
        assert default == (file if name == "LOG_FILE" else SETTINGS[name].shown_default), name


def test_config_yml_has_every_documented_key_and_is_read_as_it_stands(tmp_path: Path) -> None:
    [example] = blocks("yaml")
    file = tmp_path / "config.yml"
    file.write_text(example)
    keys = set(places(yaml.safe_load(example)))

    settings = load({"SERVER_PORT": "4460"}, file)

    assert keys == set(DOCUMENTED_KEYS) <= {each.place for each in SETTINGS.values()}
    assert (settings.server_port, settings.mongodb_ssl) == (4460, True)


def places(node: object, above: str = "") -> list[str]:
    """The keys of a tree, dotted."""
    if not isinstance(node, dict):
        return [above]
    return [
        found for key, each in node.items() for found in places(each, f"{above}.{key}" if above else str(key))
    ]


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)

    assert len(named) > 50
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not test or test in functions, f"{file}::{test}"


def test_every_path_and_link_is_there() -> None:
    paths = re.findall(r"`((?:deploy|docs|config|tests|\.github)/[\w./-]+)", TEXT)
    links = re.findall(r"\]\(([\w./-]+)\)", TEXT)

    assert paths
    assert links
    for path in paths:
        assert (ROOT / path.split("::")[0]).exists(), path
    for link in links:
        assert (PAGE.parent / link).is_file(), link


def test_every_command_of_flow8_is_one() -> None:
    named = set(re.findall(r"(?:\./|/app/)flow8core ([a-z]+)", TEXT))

    assert named
    assert named <= set(flow8.list_commands(None))  # type: ignore[arg-type]  # it asks nothing of its context


def test_the_ports_are_those_of_the_settings_and_of_the_image() -> None:
    settings = load({})
    channels = f"{settings.channel_port_range[0]}-{settings.channel_port_range[-1]}"
    ports = [str(settings.server_port), str(settings.mcp_server_port), channels]

    assert re.findall(r"^\| ([\d-]+) \| .+ \| (?:yes|no|only .+) \|$", TEXT, re.MULTILINE) == ports
    assert f"EXPOSE {' '.join(ports)}\n" in (ROOT / "Dockerfile").read_text()


def test_docker_run_is_given_what_is_required_and_nothing_more() -> None:
    [run] = [block for block in blocks("sh") if block.startswith("docker run")]
    words = shlex.split(run.replace("\\\n", " ").replace("$(", "").replace(")", ""))
    variables = [words[place + 1].partition("=")[0] for place, word in enumerate(words) if word == "-e"]

    assert variables == ["MONGODB_URI", "ENCRYPTION_KEY", "ENCRYPTION_KEY_SALT"]
    assert "flow8-data:/app/data" in words


def test_the_folders_are_those_that_are_laid_out() -> None:
    tree = TEXT.partition("/app/\n├──")[2].partition("```")[0]

    for folder in FOLDERS:
        assert f"{folder.rpartition('/')[2]}/" in tree, folder


def test_every_service_of_compose_is_named_and_no_other() -> None:
    services = set(yaml.safe_load((ROOT / "compose.yml").read_text())["services"])
    part = TEXT.partition("## Compose and Kubernetes")[2].partition("`kubectl")[0]
    named = set(re.findall(r"`([a-z]+)`", part))

    assert named <= services
    assert services - named == {"mongo", "rabbitmq"}


def test_health_is_shown_as_it_is_answered() -> None:
    [example] = blocks("json")
    shown = json.loads(example)
    checks = {"mongodb": "connected", "config": "loaded", "components": "initialized"}

    answered = shown_health(Health(healthy=True, checks=checks))

    assert {**shown, "timestamp": ""} == {**answered, "timestamp": ""}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown["timestamp"])


def test_the_health_check_is_the_images() -> None:
    [example] = blocks("dockerfile")

    assert example in (ROOT / "Dockerfile").read_text()


def test_log_lines_are_shown_as_they_are_written() -> None:
    lines = [line for line in TEXT.splitlines() if re.match(r"\d{4}-\d\d-\d\dT", line)]
    levels = re.findall(r"levels are (\w+), (\w+), (\w+) and (\w+)", TEXT)

    assert len(lines) == 2
    for line in lines:
        _, level, name, message = line.split(" ", 3)
        record = logging.LogRecord(name, logging.getLevelNamesMapping()[level], "", 0, message, None, None)
        assert TextLines("up").format(record).partition(" ")[2] == line.partition(" ")[2]
    assert " | ".join(levels[0]) == SETTINGS["LOG_LEVEL"].kind.shape


def test_the_failures_are_told_in_these_words() -> None:
    sources = "".join(
        (ROOT / name).read_text()
        for name in ("flow8/store/store.py", "flow8/store/database.py", "flow8/data_directory.py")
    )
    sources += (ROOT / "flow8/out_of_memory.py").read_text() + (ROOT / "flow8/ports.py").read_text()
    part = TEXT.partition("## When it does not start")[2].partition("## Every")[0]
    told = re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)

    assert len(told) == 6
    for sentence in told:
        beginning = re.split(r"[(']| must|\d", sentence)[0].strip()
        assert beginning in sources or beginning == "ENCRYPTION_KEY:", sentence


def test_the_statements_are_numbered_without_a_gap_and_each_is_shown_or_says_why_not() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 60
    for number, _, shown in ROWS:
        assert "`tests/" in shown or re.search(r"not (?:shown|measured): \w+", shown), number


@pytest.mark.parametrize(
    "word", ["trivy", "snyk", "ecr", "cosign verify", "docker login", "imagePullSecrets"]
)
def test_nothing_of_the_image_s_way_is_left_out(word: str) -> None:
    assert word.lower() in TEXT.lower()
