"""Every setting of flow8, each declared once: type, place in config.yml, kind, default, one sentence.

The environment variable of a setting is its attribute in capitals (`server_port`: SERVER_PORT), and NAME_FILE
may name a file that holds the value. What config.yml says comes first, then the environment, then the
default. Nothing else in flow8 reads the environment: it is read once, and the object is handed on.
"""

# ruff: noqa: RUF009 - the calls in the class declare fields, they make no values

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config import kinds, rules
from config.declare import declared_in, optional, secret, setting
from config.kinds import Network
from config.read import read_all
from config.sources import Problem, read_sources

CONFIG_FILE = Path(__file__).with_name("config.yml")


class SettingsError(Exception):
    """Some settings are not right; each is listed with its fix."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(["Some settings are not right:", *(f"  {problem}" for problem in problems)])
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """All settings, read and checked. Secrets never show in its text."""

    given: frozenset[str] = frozenset()
    """The names that somebody set, in config.yml or in the environment."""

    # Where flow8 listens and how it is reached
    flow8_in_container: bool = setting(
        "server.in_container", kinds.FLAG, rules.in_container, "Whether flow8 runs inside a container."
    )
    server_port: int = setting(
        "server.port", kinds.PORT, "4454", "The port of the API, the web UI and the WebSocket."
    )
    server_host: str = setting(
        "server.host", kinds.TEXT, rules.host, "The address on which the API and the web UI listen."
    )
    public_url: str = setting(
        "server.public_url",
        kinds.WEB_ADDRESS,
        rules.public_url,
        "The address of flow8 in links and in browsers.",
    )
    trusted_hosts: tuple[str, ...] = setting(
        "server.trusted_hosts",
        kinds.WORDS,
        "",
        "The names by which flow8 may be asked, `.example.com` for all names under one; empty: by any.",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        "server.trusted_proxies",
        kinds.NETWORKS,
        "",
        "The networks of proxies in front of flow8; what they say in X-Forwarded-For is believed.",
    )
    max_request_size_mb: int = setting(
        "server.max_request_size_mb", kinds.COUNT, "100", "The largest request body, in MiB."
    )
    read_timeout_seconds: int = setting(
        "server.read_timeout_seconds", kinds.COUNT, "30", "How long a client may take to send a request."
    )
    write_timeout_seconds: int = setting(
        "server.write_timeout_seconds", kinds.COUNT, "30", "How long a client may take to receive an answer."
    )
    web_concurrency: int = setting(
        "server.processes", kinds.COUNT, "1", "How many processes serve the API and the web UI."
    )
    outbound_allow: tuple[Network, ...] = setting(
        "outbound.allow",
        kinds.NETWORKS,
        "",
        "The networks that requests of flows may reach beside public ones.",
    )

    health_port: int | None = optional(
        "health.port",
        kinds.PORT,
        "The port where a process tells its health and figures; if it is taken, the next free of twenty.",
    )
    health_host: str = setting(
        "health.host", kinds.TEXT, rules.host, "The address of that port; nobody is asked for a key there."
    )

    # Where the data lies
    data_dir: Path = setting("data.directory", kinds.PATH, "./data", "The folder of everything flow8 keeps.")
    modules_dir: Path | None = optional("data.modules", kinds.PATH, "A folder of private modules.")
    mongodb_uri: str | None = secret(
        "mongodb.uri", kinds.MONGODB_ADDRESS, "The address of MongoDB; without it `up` starts one of its own."
    )
    mongodb_db: str = setting("mongodb.database", kinds.TEXT, "flow8", "The name of the database.")
    mongodb_max_pool_size: int = setting(
        "mongodb.max_pool_size", kinds.COUNT, "100", "How many connections to MongoDB a process may hold."
    )
    mongodb_ssl: bool | None = optional(
        "mongodb.ssl", kinds.FLAG, "Whether MongoDB is reached by TLS; without it MONGODB_URI decides."
    )
    flow8_mongod: Path | None = optional(
        "mongodb.program", kinds.PATH, "The MongoDB server program for `up`; without it flow8 looks for one."
    )

    # Secrets
    encryption_key: str | None = secret(
        "encryption.key_secret",
        kinds.ENCRYPTION_KEY,
        "What secrets are encrypted with; `up` makes one if none is given.",
    )
    encryption_key_salt: str | None = secret(
        "encryption.key_salt",
        kinds.ENCRYPTION_KEY_SALT,
        "The salt of the encryption key; `up` makes one as well.",
    )
    encryption_key_new: str | None = secret(
        "encryption.new.key_secret",
        kinds.ENCRYPTION_KEY,
        "The key that `secret rotate` changes to; only while keys are changed.",
    )
    encryption_key_salt_new: str | None = secret(
        "encryption.new.key_salt", kinds.ENCRYPTION_KEY_SALT, "The salt of the key that it changes to."
    )
    encryption_algorithm: str = setting(
        "encryption.algorithm", kinds.choice("argon2id"), "argon2id", "How the key is derived from both."
    )
    admin_email: str = setting(
        "admin.email", kinds.EMAIL, "admin@localhost", "The administrator that the first start makes."
    )
    admin_password: str | None = secret(
        "admin.password",
        kinds.TEXT,
        "The administrator's first password; without it one is made and printed once.",
    )

    # Plays: broker, workers, channels
    broker_url: str | None = secret(
        "broker.url", kinds.AMQP_ADDRESS, "The address of RabbitMQ; without it MongoDB carries the messages."
    )
    broker_quorum: bool = setting(
        "broker.quorum", kinds.FLAG, "false", "Whether RabbitMQ's queues are quorum queues."
    )
    worker_processes: int = setting("workers.processes", kinds.COUNT, "2", "How many workers `up` starts.")
    worker_threads: int = setting(
        "workers.threads", kinds.COUNT, "200", "How many plays a worker performs at once."
    )
    worker_lanes: tuple[str, ...] = setting(
        "workers.lanes", kinds.WORDS, "", "The lanes that a worker serves; empty means all."
    )
    worker_channels: bool = setting(
        "workers.channels", kinds.FLAG, "true", "Whether a worker listens on the channel ports."
    )
    gomaxprocs: int | None = optional(
        "workers.most_processes",
        kinds.COUNT,
        "The most processes that WEB_CONCURRENCY and WORKER_PROCESSES may ask for.",
    )
    channel_port_range: range = setting(
        "channels.port_range", kinds.PORT_RANGE, "7701-7799", "The ports that channels may get."
    )
    channel_pool_size: int = setting(
        "channels.pool_size", kinds.COUNT, "100", "How many plays a worker performs for channels at once."
    )
    channel_host: str = setting(
        "channels.host", kinds.TEXT, rules.host, "The address on which channels listen."
    )

    # MCP
    mcp_server_enabled: bool = setting("mcp.enabled", kinds.FLAG, "true", "Whether the MCP server runs.")
    mcp_server_port: int = setting("mcp.port", kinds.PORT, "4445", "The port of the MCP server.")
    mcp_server_host: str = setting(
        "mcp.host", kinds.TEXT, rules.host, "The address on which the MCP server listens."
    )

    # Sign-in
    oauth2_client_id: str | None = optional(
        "oauth2.microsoft.client_id",
        kinds.TEXT,
        "The Microsoft application; it turns sign-in by Microsoft on.",
    )
    oauth2_client_secret: str | None = secret(
        "oauth2.microsoft.client_secret", kinds.TEXT, "The secret of the Microsoft application."
    )
    oauth2_redirect_uri: str = setting(
        "oauth2.microsoft.redirect_uri",
        kinds.WEB_ADDRESS,
        rules.redirect_uri,
        "Where Microsoft sends people back to.",
    )
    oauth2_tenants: tuple[str, ...] = setting(
        "oauth2.microsoft.tenants",
        kinds.GUIDS,
        "",
        "The ids of the Microsoft tenants whose people may sign in; without one nobody may.",
    )
    oauth2_create_users: bool = setting(
        "oauth2.microsoft.create_users",
        kinds.FLAG,
        "false",
        "Whether the first sign-in by Microsoft makes a user.",
    )
    oauth2_company: str = setting(
        "oauth2.microsoft.company",
        kinds.TEXT,
        "default",
        "The slug of the company in which they get their role.",
    )
    oauth2_roles: tuple[tuple[str, str], ...] = setting(
        "oauth2.microsoft.roles",
        kinds.ROLES,
        "",
        "The role for each Microsoft group (its id) or app role (its value); the highest counts.",
    )
    oauth2_default_role: str | None = optional(
        "oauth2.microsoft.default_role",
        kinds.ROLE,
        "The role of whoever is in none of OAUTH2_ROLES; without it they may not sign in.",
    )
    oauth2_authority: str = setting(
        "oauth2.microsoft.authority",
        kinds.HTTPS_ADDRESS,
        "https://login.microsoftonline.com",
        "The address of Microsoft's sign-in; a national cloud has another one.",
    )
    session_ttl_hours: int = setting(
        "session.ttl_hours",
        kinds.COUNT,
        "1",
        "How long a session lives unused, in hours; in use it ends after twelve times as long.",
    )
    session_cookie_secure: bool = setting(
        "session.cookie_secure", kinds.FLAG, "true", "Whether the session cookie travels by HTTPS only."
    )
    session_cookie_http_only: bool = setting(
        "session.cookie_http_only",
        kinds.FLAG,
        "true",
        "Whether scripts of a page are kept from the session cookie.",
    )
    session_cookie_same_site: str = setting(
        "session.cookie_same_site",
        kinds.choice("strict", "lax", "none"),
        "strict",
        "SameSite of the session cookie.",
    )

    # Default components
    default_ai_component: str | None = optional(
        "components.ai", kinds.TEXT, "The provider of `ai`, like openai."
    )
    default_storage_component: str | None = optional(
        "components.storage", kinds.TEXT, "The provider of `storage`, like s3 or local."
    )
    default_db_component: str | None = optional(
        "components.db", kinds.TEXT, "The provider of `db`, like postgres."
    )
    default_request_component: str | None = optional(
        "components.request", kinds.TEXT, "The provider of `request`."
    )
    default_mail_component: str | None = optional("components.mail", kinds.TEXT, "The provider of `mail`.")
    default_console_component: str | None = optional(
        "components.console", kinds.TEXT, "The provider of `console`."
    )

    # Retention
    retention_cleanup_interval: timedelta = setting(
        "retention.cleanup_interval", kinds.DURATION, "2m", "How often old records are removed."
    )
    retention_audit_cadence: timedelta = setting(
        "retention.audit.cadence", kinds.DURATION, "30d", "The age at which audit entries go."
    )
    retention_audit_min_entries: int = setting(
        "retention.audit.min_entries", kinds.NOT_NEGATIVE, "10", "How many audit entries always stay."
    )
    retention_audit_enforced_minimum: timedelta = setting(
        "retention.audit.enforced_minimum", kinds.DURATION, "14d", "The age below which no audit entry goes."
    )
    retention_flows_cadence: timedelta = setting(
        "retention.flows.cadence", kinds.DURATION, "90d", "The age at which finished plays go."
    )
    retention_flows_all_cadence: timedelta = setting(
        "retention.flows.all.cadence",
        kinds.DURATION,
        rules.flows_cadence,
        "The same; it beats RETENTION_FLOWS_CADENCE.",
    )
    retention_flows_all_min_entries: int = setting(
        "retention.flows.all.min_entries",
        kinds.NOT_NEGATIVE,
        "100",
        "How many finished plays of a flow always stay.",
    )
    retention_flows_all_enforced_minimum: timedelta = setting(
        "retention.flows.all.enforced_minimum", kinds.DURATION, "0s", "The age below which no play goes."
    )
    retention_files_cadence: timedelta = setting(
        "retention.files.cadence", kinds.DURATION, "1d", "The age at which files go that no play was given."
    )
    retention_flows_filtered_cadence: timedelta = setting(
        "retention.flows.filtered.cadence", kinds.DURATION, "30d", "The age at which FILTERED plays go."
    )
    retention_flows_filtered_min_entries: int = setting(
        "retention.flows.filtered.min_entries",
        kinds.NOT_NEGATIVE,
        "10",
        "How many FILTERED plays of a flow stay.",
    )
    retention_flows_filtered_enforced_minimum: timedelta = setting(
        "retention.flows.filtered.enforced_minimum",
        kinds.DURATION,
        "3d",
        "The age below which no FILTERED play goes.",
    )

    # Logs and limits
    log_level: str = setting(
        "logging.level",
        kinds.choice("debug", "info", "warn", "error"),
        "info",
        "The least level that is logged.",
    )
    log_format: str = setting(
        "logging.format",
        kinds.choice("text", "json"),
        "text",
        "How a log record is written: as the documented line, or as one JSON object a line.",
    )
    log_file: Path = setting(
        "logging.file", kinds.PATH, rules.log_file, "The file that logs go to beside the output."
    )
    audit_log_field_max_bytes: int = setting(
        "limits.audit_log_field_max_bytes",
        kinds.BYTES,
        "4096",
        "The most that an audit entry keeps of one field.",
    )
    max_file_size_mb: int = setting(
        "limits.max_file_size_mb", kinds.COUNT, rules.file_size, "The largest file, in MiB."
    )
    unit_output_ui_max_bytes: int = setting(
        "limits.unit_output_ui_max_bytes",
        kinds.BYTES,
        "1048576",
        "The most of a layer's output that the UI is sent.",
    )

    def __repr__(self) -> str:
        hidden = {declared.attribute for declared in declared_in(type(self)) if declared.secret}
        shown = (
            f"{field.name}={'***' if field.name in hidden and value is not None else repr(value)}"
            for field in dataclasses.fields(self)
            for value in [getattr(self, field.name)]
        )
        return f"Settings({', '.join(shown)})"


def load(environ: Mapping[str, str], config_file: Path | None = None) -> Settings:
    """The settings of an environment and of a config.yml (the one in this folder unless another is named).

    Raises:
        SettingsError: something is wrong; it lists every problem with its fix.
    """
    declared = tuple(declared_in(Settings))
    sources = read_sources(environ, config_file or CONFIG_FILE, {each.place for each in declared})
    values, given = read_all(declared, sources)
    for problem in rules.crossed(values):
        sources.refuse(problem.name, problem.message)
    if sources.problems:
        raise SettingsError(sources.problems)
    return Settings(given=given, **rules.capped(values))


def from_environment() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: as `load` does.
    """
    return load(os.environ)


def environment_with(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process with `changes`, for a process that it starts."""
    return {**os.environ, **changes}
