"""Encrypt a setting, and change the keys of all secrets."""

import json
import sys
from collections.abc import Iterable, Mapping

import click

from flow8.cli.caller import open_caller
from flow8.services import secret_keys
from flow8.services.secret_keys import Resealing
from flow8.vault.rotation import Progress

NEXT = """\
Every secret can be read with the former and with the new keys now. To complete the change:
  1. Set ENCRYPTION_KEY and ENCRYPTION_KEY_SALT to the new keys, and unset ENCRYPTION_KEY_NEW and
     ENCRYPTION_KEY_SALT_NEW.
  2. Start every process of flow8 anew, one after the other if you like.
  3. Run ./flow8core secret rotate --finish. From then on nobody needs the former keys."""

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group("secret")
def command() -> None:
    """Encrypt a setting, and change the keys of all secrets."""


@command.command("encrypt")
@click.argument("name", metavar="SETTING", default="OAUTH2_CLIENT_SECRET")
@as_json_option
def encrypt(name: str, *, as_json: bool) -> None:
    """Encrypt a text, read from the input, for SETTING (OAUTH2_CLIENT_SECRET)."""
    text = _asked(name)
    if not text:
        raise click.UsageError("There is nothing to encrypt: the input is empty.")
    with open_caller() as by:
        sealed = secret_keys.encrypt_setting(by.engine, by.actor, name, text)
    click.echo(json.dumps({"setting": name, "value": sealed}) if as_json else sealed)


@command.command("rotate")
@click.option("--finish", is_flag=True, help="Let the former keys open nothing any more.")
@click.option("--data-keys", is_flag=True, help="Change the data keys of all companies instead.")
@as_json_option
def rotate(*, finish: bool, data_keys: bool, as_json: bool) -> None:
    """Change to ENCRYPTION_KEY_NEW and ENCRYPTION_KEY_SALT_NEW, while flow8 runs.

    It may be stopped anywhere and run again.
    """
    if finish and data_keys:
        raise click.UsageError("--finish and --data-keys are two different things; give one of them.")
    with open_caller() as by:
        if finish:
            count = secret_keys.finish_master(by.engine, by.actor)
            done = {"finished": True, "dataKeys": count}
            _say(done, "Only ENCRYPTION_KEY and ENCRYPTION_KEY_SALT open secrets now.", as_json=as_json)
        elif data_keys:
            _show_resealing(secret_keys.rotate_data_keys(by.engine, by.actor), as_json=as_json)
        else:
            _show_wrapping(secret_keys.rotate_master(by.engine, by.actor), as_json=as_json)


def _asked(name: str) -> str:
    """What to encrypt, typed without being shown, or all of the input when it comes from a program."""
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True, err=True))
    return sys.stdin.read().rstrip("\r\n")


def _show_wrapping(steps: Iterable[Progress], *, as_json: bool) -> None:
    last = Progress(0, 0)
    for last in steps:
        click.echo(f"data keys wrapped anew: {last.done} of {last.total}", err=True)
    _say({"wrapped": last.done, "finished": False}, NEXT, as_json=as_json)


def _show_resealing(steps: Iterable[Resealing], *, as_json: bool) -> None:
    secrets: dict[str, int] = {}
    for step in steps:
        secrets[step.company_id] = step.done
        click.echo(f"company {step.company_id}: {step.done} secrets sealed with its new key", err=True)
    count = sum(secrets.values())
    done = {"companies": len(secrets), "secrets": count}
    _say(done, f"{count} secrets of {len(secrets)} companies have new keys.", as_json=as_json)


def _say(done: Mapping[str, object], text: str, *, as_json: bool) -> None:
    click.echo(json.dumps(done) if as_json else text)
