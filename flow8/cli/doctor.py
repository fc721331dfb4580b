"""Look at settings, data directory, connections, catalogue and ports, and say how to mend what is bad."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click

from config.settings import Settings, SettingsError, from_environment
from flow8 import data_directory, embedded, key_files, ports
from flow8.broker.choose import open_bell
from flow8.cli.settings import open_settings
from flow8.engine.default_components import absent
from flow8.errors import Flow8Error, Unavailable
from flow8.kit.child import FILES, NETWORK, walls_here
from flow8.kit.program import Program
from flow8.registry import Registry, load_registry
from flow8.services.retention_behind import behind
from flow8.store import open_store
from flow8.store.database import faults_in_words
from flow8.vault import vault_of


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and what to do when it is bad."""

    name: str
    good: bool
    found: str
    fix: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Look at everything flow8 needs. Exit code 1 when something is bad."""
    findings = list(examine())
    good = all(finding.good for finding in findings)
    if as_json:
        click.echo(
            json.dumps({"healthy": good, "checks": [asdict(finding) for finding in findings]}, indent=2)
        )
    else:
        _print(findings)
    ctx.exit(0 if good else 1)


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; without right settings there is nothing more to look at."""
    try:
        settings = from_environment()
    except SettingsError as error:
        yield from (Finding("settings", False, str(problem)) for problem in error.problems)
        return
    yield Finding("settings", True, f"{len(settings.given)} given, the others by default")
    for name, look, fix in CHECKS:
        try:
            yield Finding(name, True, look(settings))
        except Flow8Error as error:
            yield Finding(name, False, str(error), fix)
    yield from _converters(settings)
    yield from _ports(settings)


def _data_directory(settings: Settings) -> str:
    data_directory.lay_out(settings.data_dir)
    return f"{settings.data_dir} can be written to"


def _keys(settings: Settings) -> str:
    if settings.encryption_key is not None:
        return "given"
    folder = key_files.folder_of(settings)
    if not folder.is_dir():
        return "none given; `up` makes them"
    key_files.make_missing(folder)
    return f"kept in {folder}; in production set ENCRYPTION_KEY and ENCRYPTION_KEY_SALT"


def _mongodb(settings: Settings) -> str:
    if _sleeps(settings):
        return f"`up` starts {embedded.find_mongod(settings.flow8_mongod)}"
    store = open_store(open_settings())
    try:
        store.probe()
    finally:
        store.close()
    return "answers"


def _secrets(settings: Settings) -> str:
    if _sleeps(settings):
        return "`up` looks whether the keys fit"
    filled = open_settings()
    store = open_store(filled)
    try:
        if not store.answers():
            return "not looked at, since MongoDB does not answer"
        with faults_in_words():
            if store.master_keys.read() is None:
                return "none are kept yet"
            vault_of(filled, store).verify()
    finally:
        store.close()
    return "can be opened with these keys"


def _broker(settings: Settings) -> str:
    if settings.broker_url is None:
        return "MongoDB carries the messages (BROKER_URL is not set)"
    bell = open_bell(
        settings.broker_url, lambda: open_store(open_settings()).queue_jobs, quorum=settings.broker_quorum
    )
    try:
        bell.probe()
    finally:
        bell.close()
    return "RabbitMQ answers"


def _retention(settings: Settings) -> str:
    if _sleeps(settings):
        return "`up` removes what is old"
    store = open_store(open_settings())
    try:
        if not store.answers():
            return "not looked at, since MongoDB does not answer"
        with faults_in_words():
            found = behind(store, settings)
    finally:
        store.close()
    if found.is_behind:
        raise Unavailable(found.told)
    return found.told


def _sleeps(settings: Settings) -> bool:
    """Whether MongoDB is `up`'s own affair, and `up` does not run."""
    folder = settings.data_dir / data_directory.MONGODB
    return settings.mongodb_uri is None and not embedded.is_running(folder)


def _registry(settings: Settings) -> Registry:
    return load_registry([settings.modules_dir] if settings.modules_dir else [])


def _microsoft(settings: Settings) -> str:
    if settings.oauth2_client_id is None:
        return "off (OAUTH2_CLIENT_ID is not set)"
    if not settings.oauth2_tenants:
        raise Unavailable("lets nobody in")
    return f"on; it leads back to {settings.oauth2_redirect_uri}"


def _catalogue(settings: Settings) -> str:
    registry = _registry(settings)
    return f"{len(registry.modules)} modules, {len(registry.components)} components"


def _default_components(settings: Settings) -> str:
    """One that is absent is no reason to be unwell: only its flowlets fail."""
    try:
        registry = _registry(settings)
    except Flow8Error:
        return "not looked at, since the catalogue cannot be read"
    return " ".join(absent(settings, registry)) or "all that are named are there"


def _converters(settings: Settings) -> Iterator[Finding]:
    """The programs that modules run. Without one flow8 is well; only its modules fail, and say why."""
    with contextlib.suppress(Flow8Error):
        users: dict[Program, list[str]] = {}
        for module in _registry(settings).modules.values():
            for program in module.programs:
                users.setdefault(program, []).append(module.app_id)
        for program, modules in users.items():
            missing = f"not installed, but {' and '.join(modules)} cannot do without; {program.install}"
            yield Finding(program.name, True, program.find() or missing)
        yield Finding("converters", True, WALLED[walls_here()])


WALLED = {
    frozenset({FILES, NETWORK}): "are kept from the network and from other files",
    frozenset({FILES}): "are kept from other files and from TCP; the kernel refuses user namespaces",
    frozenset(
        {NETWORK}
    ): "are kept from the network; other files only by their settings, for want of Landlock",
    frozenset(): "are kept from network and other files by their settings only; the kernel does not help",
}
"""What stands around the programs that modules run."""

Check = tuple[str, Callable[[Settings], str], str]
CHECKS: tuple[Check, ...] = (
    (
        "data directory",
        _data_directory,
        "give its owner the right to write, or set DATA_DIR to another folder",
    ),
    ("encryption keys", _keys, "put the file back, or set ENCRYPTION_KEY and ENCRYPTION_KEY_SALT"),
    ("MongoDB", _mongodb, "start MongoDB, or correct MONGODB_URI"),
    ("secrets", _secrets, "set the ENCRYPTION_KEY and ENCRYPTION_KEY_SALT that this database was used with"),
    ("broker", _broker, "start RabbitMQ, or correct BROKER_URL, or unset it to use MongoDB"),
    (
        "retention",
        _retention,
        "look whether a scheduler runs and what it logs; shorten RETENTION_CLEANUP_INTERVAL",
    ),
    (
        "Microsoft sign-in",
        _microsoft,
        "set OAUTH2_TENANTS to the id of your tenant, or unset OAUTH2_CLIENT_ID",
    ),
    ("catalogue", _catalogue, "correct the files named, or take them out of the folder"),
    ("default components", _default_components, "correct the files named, or take them out of the folder"),
)


def _ports(settings: Settings) -> Iterator[Finding]:
    ours = data_directory.is_locked(settings.data_dir)
    for wanted in ports.wanted_by(settings):
        name = (
            f"port {wanted.ports[0]}"
            if len(wanted.ports) == 1
            else f"ports {wanted.ports[0]}-{wanted.ports[-1]}"
        )
        problem = ports.problem_of(wanted, ours=ours)
        found = problem or ("used by the flow8 that runs here" if ours else "free")
        yield Finding(
            name, problem is None, found, f"end what uses it, or set {wanted.setting}" if problem else ""
        )


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = click.style(" ok ", fg="green") if finding.good else click.style("BAD ", fg="red", bold=True)
        click.echo(f"{mark} {finding.name.ljust(width)}  {finding.found}")
        if finding.fix:
            click.echo(f"     {' ' * width}  fix: {finding.fix}")
