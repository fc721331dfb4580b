"""Settings: what beats what, all problems at once, secrets never shown."""

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from config.kinds import ROOT
from config.settings import CONFIG_FILE, Settings, SettingsError, load

KEY = "a" * 256
SALT = "b" * 64
OUTSIDE = {"FLOW8_IN_CONTAINER": "false"}


def problems_of(environ: dict[str, str], config_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(environ, config_file)
    return [str(problem) for problem in caught.value.problems]


def written(folder: Path, text: str) -> Path:
    file = folder / "config.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_defaults_are_those_of_the_owners_document() -> None:
    settings = load(OUTSIDE)

    assert settings.given == {"FLOW8_IN_CONTAINER", "MAX_REQUEST_SIZE_MB", "READ_TIMEOUT_SECONDS"} | {
        "WRITE_TIMEOUT_SECONDS",
        "MONGODB_MAX_POOL_SIZE",
        "ENCRYPTION_ALGORITHM",
    }
    assert (settings.server_port, settings.mcp_server_port) == (4454, 4445)
    assert settings.channel_port_range == range(7701, 7800)
    assert (settings.mongodb_uri, settings.mongodb_db, settings.mongodb_max_pool_size) == (None, "flow8", 100)
    assert settings.mongodb_ssl is None
    assert settings.retention_cleanup_interval == timedelta(minutes=2)
    assert settings.retention_audit_cadence == timedelta(days=30)
    assert settings.retention_flows_all_cadence == timedelta(days=90)
    assert (settings.audit_log_field_max_bytes, settings.unit_output_ui_max_bytes) == (4096, 1048576)
    assert (settings.session_ttl_hours, settings.session_cookie_same_site) == (1, "strict")
    assert settings.session_cookie_secure
    assert settings.session_cookie_http_only
    assert (settings.max_request_size_mb, settings.read_timeout_seconds) == (100, 30)
    assert settings.log_file == settings.data_dir / "logs" / "app.log" == ROOT / "data" / "logs" / "app.log"


def test_every_variable_of_the_owners_document_is_taken() -> None:
    environ = {
        "MONGODB_URI": "mongodb://mongo:27017/flow8",
        "MONGODB_DB": "flow8",
        "SERVER_PORT": "4454",
        "ENCRYPTION_KEY": KEY,
        "ENCRYPTION_KEY_SALT": SALT,
        "MCP_SERVER_ENABLED": "true",
        "MCP_SERVER_PORT": "4445",
        "CHANNEL_PORT_RANGE": "7701-7799",
        "CHANNEL_POOL_SIZE": "100",
        "OAUTH2_CLIENT_ID": "550e8400",
        "OAUTH2_CLIENT_SECRET": "s",
        "OAUTH2_REDIRECT_URI": "https://app.flow8.io/auth/callback",
        "DEFAULT_AI_COMPONENT": "openai",
        "DEFAULT_STORAGE_COMPONENT": "s3",
        "DEFAULT_DB_COMPONENT": "postgres",
        "RETENTION_CLEANUP_INTERVAL": "2m",
        "RETENTION_AUDIT_CADENCE": "30d",
        "RETENTION_FLOWS_CADENCE": "90d",
        "LOG_LEVEL": "info",
        "LOG_FILE": "/app/data/logs/app.log",
        "AUDIT_LOG_FIELD_MAX_BYTES": "4096",
        "UNIT_OUTPUT_UI_MAX_BYTES": "1048576",
        "SESSION_TTL_HOURS": "1",
        "SESSION_COOKIE_SECURE": "true",
        "SESSION_COOKIE_HTTP_ONLY": "true",
        "SESSION_COOKIE_SAME_SITE": "strict",
        "GOMAXPROCS": "4",
    }

    settings = load(environ)

    assert settings.given >= set(environ)
    assert settings.log_file == Path("/app/data/logs/app.log")
    assert settings.oauth2_redirect_uri == "https://app.flow8.io/auth/callback"
    assert settings.default_storage_component == "s3"


def test_config_yml_beats_the_environment_which_beats_the_default(tmp_path: Path) -> None:
    file = written(tmp_path, "server:\n  port: 5001\nmongodb:\n  database: ${MONGODB_DB}\n")

    settings = load({"SERVER_PORT": "5002", "MONGODB_DB": "one", "CHANNEL_POOL_SIZE": "7"}, file)

    assert (settings.server_port, settings.mongodb_db) == (5001, "one")
    assert (settings.channel_pool_size, settings.mcp_server_port) == (7, 4445)


def test_a_variable_that_is_not_set_says_nothing_and_its_default_is_taken(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "server: {port: '${SERVER_PORT}', host: '${SERVER_HOST:-10.0.0.1}'}\n"
        "mongodb: {uri: '${MONGODB_URI}', ssl: null}\nsession:\n",
    )

    settings = load({"MONGODB_URI": ""}, file)

    assert (settings.server_port, settings.server_host) == (4454, "10.0.0.1")
    assert (settings.mongodb_uri, settings.mongodb_ssl) == (None, None)
    assert settings.given == {"SERVER_HOST"}


def test_what_a_variable_brings_in_is_not_searched_for_variables_again(tmp_path: Path) -> None:
    file = written(tmp_path, "mongodb:\n  database: a-${MONGODB_DB}\n")

    settings = load({"MONGODB_DB": "${ADMIN_PASSWORD}", "ADMIN_PASSWORD": "no"}, file)

    assert settings.mongodb_db == "a-${ADMIN_PASSWORD}"


def test_the_owners_config_yml_is_read_as_it_stands(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
server:
  port: ${SERVER_PORT}        # Substituted from env
  max_request_size_mb: 100
  read_timeout_seconds: 30
  write_timeout_seconds: 30
mongodb:
  uri: ${MONGODB_URI}
  database: ${MONGODB_DB}
  max_pool_size: 100
  ssl: true
encryption:
  key_secret: ${ENCRYPTION_KEY}
  key_salt: ${ENCRYPTION_KEY_SALT}
  algorithm: argon2id
oauth2:
  microsoft:
    client_id: ${OAUTH2_CLIENT_ID}
    client_secret: ${OAUTH2_CLIENT_SECRET}
    redirect_uri: ${OAUTH2_REDIRECT_URI}
session:
  ttl_hours: ${SESSION_TTL_HOURS}
  cookie_secure: ${SESSION_COOKIE_SECURE}
  cookie_http_only: ${SESSION_COOKIE_HTTP_ONLY}
  cookie_same_site: ${SESSION_COOKIE_SAME_SITE}
""",
    )

    settings = load({"SERVER_PORT": "4460", "ENCRYPTION_KEY": KEY, "ENCRYPTION_KEY_SALT": SALT}, file)

    assert (settings.server_port, settings.mongodb_ssl) == (4460, True)
    assert (settings.encryption_key, settings.encryption_key_salt) == (KEY, SALT)
    assert settings.session_ttl_hours == 1


def test_digits_keep_their_leading_zeros_in_config_yml(tmp_path: Path) -> None:
    file = written(tmp_path, f"encryption: {{key_secret: {'0' * 256}, key_salt: {'0' * 64}}}\n")

    settings = load({}, file)

    assert settings.encryption_key == "0" * 256


def test_the_config_yml_we_ship_takes_every_variable_it_names() -> None:
    text = CONFIG_FILE.read_text(encoding="utf-8")
    named = set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", re.sub(r"#.*", "", text)))

    settings = load({"SERVER_PORT": "4999", "SESSION_COOKIE_SECURE": "false"})

    assert named <= {name.upper() for name in Settings.__dataclass_fields__}
    assert (settings.server_port, settings.session_cookie_secure) == (4999, False)


def test_any_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "salt").write_text(SALT)

    settings = load(
        {"ENCRYPTION_KEY_FILE": str(tmp_path / "key"), "ENCRYPTION_KEY_SALT_FILE": str(tmp_path / "salt")}
    )

    assert (settings.encryption_key, settings.encryption_key_salt) == (KEY, SALT)
    assert {"ENCRYPTION_KEY", "ENCRYPTION_KEY_SALT"} <= settings.given


def test_a_file_beats_the_default_that_config_yml_gives_a_variable(tmp_path: Path) -> None:
    file = written(tmp_path, "admin:\n  password: ${ADMIN_PASSWORD:-changeme}\n")
    (tmp_path / "password").write_text("s3cret\r\n")

    settings = load({"ADMIN_PASSWORD_FILE": str(tmp_path / "password")}, file)

    assert settings.admin_password == "s3cret"


def test_a_value_given_twice_is_a_problem_even_when_config_yml_names_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    environ = {
        "ENCRYPTION_KEY": KEY,
        "ENCRYPTION_KEY_FILE": str(tmp_path / "key"),
        "ENCRYPTION_KEY_SALT": SALT,
    }

    problems = problems_of(environ)

    assert problems == ["ENCRYPTION_KEY: is given twice; unset ENCRYPTION_KEY or ENCRYPTION_KEY_FILE"]


def test_a_file_that_is_not_there_is_a_problem() -> None:
    problems = problems_of({"ADMIN_PASSWORD_FILE": "/nowhere/password"})

    assert problems == [
        "ADMIN_PASSWORD_FILE: /nowhere/password cannot be read (No such file or directory); correct the path"
    ]


def test_all_problems_are_listed_at_once_each_with_its_fix(tmp_path: Path) -> None:
    file = written(tmp_path, "server:\n  prot: 4454\nsession:\n  ttl_hours: soon\n")

    problems = problems_of(
        {
            "SERVER_PORT": "0",
            "RETENTION_AUDIT_CADENCE": "30",
            "MCP_SERVER_ENABLED": "maybe",
            "LOG_LEVEL": "loud",
            "ENCRYPTION_KEY": "tooshort",
            "OUTBOUND_ALLOW": "10.0.0.0/33",
        },
        file,
    )

    assert sorted(problems) == [
        (
            "ENCRYPTION_KEY: must be 256 hexadecimal digits (make them with: openssl rand -hex 128); "
            "what is given is not; correct it or leave it out"
        ),
        "LOG_LEVEL: must be debug, info, warn or error; is 'loud'; correct it, or leave it out for info",
        "MCP_SERVER_ENABLED: must be true or false; is 'maybe'; correct it, or leave it out for true",
        (
            "OUTBOUND_ALLOW: must be networks like 10.1.0.0/16 with commas between them; is '10.0.0.0/33'; "
            "correct it, or leave it out for none"
        ),
        (
            "RETENTION_AUDIT_CADENCE: must be a time like 15s, 2m, 1h, 30d or 4w; is '30'; "
            "correct it, or leave it out for 30d"
        ),
        "SERVER_PORT: must be a whole number from 1 to 65535; is '0'; correct it, or leave it out for 4454",
        (
            "SESSION_TTL_HOURS (session.ttl_hours in config.yml): must be a whole number of at least 1; "
            "is 'soon'; correct it, or leave it out for 1"
        ),
        "config.yml: server.prot is not a setting; remove it or correct its name",
    ]


def test_a_wrong_secret_is_not_repeated() -> None:
    problems = problems_of(
        {"MONGODB_URI": "postgres://user:hunter2@db", "BROKER_URL": "http://user:hunter2@mq"}
    )

    assert len(problems) == 2
    assert "hunter2" not in " ".join(problems)


def test_secrets_never_show_in_the_text_of_the_settings() -> None:
    secrets = {
        "MONGODB_URI": "mongodb://user:hunter2@db/",
        "BROKER_URL": "amqp://user:hunter2@mq",
        "ENCRYPTION_KEY": KEY,
        "ENCRYPTION_KEY_SALT": SALT,
        "ADMIN_PASSWORD": "hunter2",
        "OAUTH2_CLIENT_SECRET": "hunter2",
    }

    shown = f"{load(secrets)!r} {load(secrets)}"

    assert "hunter2" not in shown
    assert KEY not in shown
    assert SALT not in shown
    assert "server_port=4454" in shown
    assert "mongodb_uri=***" in shown


def test_a_config_yml_that_is_not_yaml_names_the_line(tmp_path: Path) -> None:
    file = written(tmp_path, "server:\n  port: 1\n bad\n")

    problems = problems_of({}, file)

    assert problems == ["config.yml: cannot be read as YAML at line 3; correct it"]


def test_a_config_yml_that_is_not_there_is_none(tmp_path: Path) -> None:
    settings = load(OUTSIDE, tmp_path / "config.yml")

    assert settings.given == {"FLOW8_IN_CONTAINER"}


def test_lists_may_be_written_as_lists_in_config_yml(tmp_path: Path) -> None:
    file = written(
        tmp_path, "outbound:\n  allow: [10.1.0.0/16, 'fd00::/8']\nworkers:\n  lanes: [documents]\n"
    )

    settings = load({}, file)

    assert settings.outbound_allow == (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert settings.worker_lanes == ("documents",)


@pytest.mark.parametrize(("inside", "host"), [("true", "0.0.0.0"), ("false", "127.0.0.1")])  # noqa: S104 - expected
def test_everything_listens_on_loopback_only_outside_a_container(inside: str, host: str) -> None:
    settings = load({"FLOW8_IN_CONTAINER": inside})

    assert {settings.server_host, settings.channel_host, settings.mcp_server_host} == {host}


def test_ports_that_collide_are_a_problem() -> None:
    problems = problems_of({"SERVER_PORT": "4445", "CHANNEL_PORT_RANGE": "4400-4500"})

    assert problems == [
        "MCP_SERVER_PORT: is 4445, which SERVER_PORT has already; choose another port",
        "SERVER_PORT: is 4445, which lies inside CHANNEL_PORT_RANGE; choose another port",
        "MCP_SERVER_PORT: is 4445, which lies inside CHANNEL_PORT_RANGE; choose another port",
    ]


def test_half_of_a_pair_is_a_problem() -> None:
    problems = problems_of({"ENCRYPTION_KEY": KEY, "OAUTH2_CLIENT_ID": "id"})

    assert problems == [
        "ENCRYPTION_KEY_SALT: is missing beside ENCRYPTION_KEY; set it, or unset ENCRYPTION_KEY",
        "OAUTH2_CLIENT_SECRET: is missing beside OAUTH2_CLIENT_ID; set it, or unset OAUTH2_CLIENT_ID",
    ]


def test_half_of_the_new_keys_is_a_problem_as_well() -> None:
    [problem] = problems_of({"ENCRYPTION_KEY_SALT_NEW": SALT})

    assert problem.startswith("ENCRYPTION_KEY_NEW: is missing beside ENCRYPTION_KEY_SALT_NEW; set it")


def test_a_wrong_half_of_a_pair_is_one_problem_not_two() -> None:
    problems = problems_of({"ENCRYPTION_KEY": "short", "ENCRYPTION_KEY_SALT": SALT})

    assert len(problems) == 1


def test_a_cookie_for_other_sites_must_be_secure() -> None:
    problems = problems_of({"SESSION_COOKIE_SAME_SITE": "None", "SESSION_COOKIE_SECURE": "false"})

    assert len(problems) == 1
    assert problems[0].startswith("SESSION_COOKIE_SAME_SITE: none needs SESSION_COOKIE_SECURE=true")


@pytest.mark.parametrize(
    "address", ["https://a.example/", "https://a.example/callback", "https://a.example/auth/callback?x=1"]
)
def test_microsoft_sends_people_back_to_the_callback(address: str) -> None:
    given = {"OAUTH2_CLIENT_ID": "id", "OAUTH2_CLIENT_SECRET": "s", "OAUTH2_REDIRECT_URI": address}

    [problem] = problems_of(given)

    assert problem.startswith(
        "OAUTH2_REDIRECT_URI: must be an address of flow8 that ends with /auth/callback"
    )


def test_users_are_made_with_a_role_only() -> None:
    given = {"OAUTH2_CLIENT_ID": "id", "OAUTH2_CLIENT_SECRET": "s", "OAUTH2_CREATE_USERS": "true"}

    [problem] = problems_of(given)

    assert problem.startswith("OAUTH2_CREATE_USERS: makes users without a role")
    assert load({**given, "OAUTH2_DEFAULT_ROLE": "viewer"}).oauth2_default_role == "viewer"
    assert load({**given, "OAUTH2_ROLES": "a=admin"}).oauth2_roles == (("a", "admin"),)


def test_derived_defaults_follow_what_is_given(tmp_path: Path) -> None:
    settings = load(
        {"DATA_DIR": str(tmp_path), "SERVER_PORT": "5000", "RETENTION_FLOWS_CADENCE": "7d"},
    )

    assert settings.log_file == tmp_path / "logs" / "app.log"
    assert settings.public_url == "http://localhost:5000"
    assert settings.oauth2_redirect_uri == "http://localhost:5000/auth/callback"
    assert settings.retention_flows_all_cadence == timedelta(days=7)


def test_gomaxprocs_caps_the_processes() -> None:
    settings = load({"GOMAXPROCS": "2", "WEB_CONCURRENCY": "8", "WORKER_PROCESSES": "1"})

    assert (settings.web_concurrency, settings.worker_processes) == (2, 1)
