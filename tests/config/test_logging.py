"""Log lines: the documented shape, one record a line, whatever the message holds."""

import base64
import logging
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from config.log_lines import TextLines, one_line

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def run(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, for logging is one for each process."""
    head = "import logging\nfrom config.logging import set_up\nfrom config.settings import from_environment\n"
    return subprocess.run(
        [sys.executable, "-c", f"{head}set_up(from_environment(), 'web')\n{script}"],
        env={"DATA_DIR": str(folder), **environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )


def record(message: str, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "flow8.http", "levelno": logging.INFO, "msg": message, **more})


def test_a_line_has_the_documented_shape() -> None:
    line = TextLines("web").format(record("GET /api/v1/flows?page=1 200 45ms", created=1775298225.123))

    assert line == "2026-04-04T10:23:45.123Z INFO http GET /api/v1/flows?page=1 200 45ms"


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (logging.DEBUG, "DEBUG"),
        (logging.INFO, "INFO"),
        (logging.WARNING, "WARN"),
        (logging.ERROR, "ERROR"),
        (logging.CRITICAL, "ERROR"),
    ],
)
def test_there_are_four_level_words(level: int, word: str) -> None:
    line = TextLines("web").format(record("x", levelno=level))

    assert line.split(" ")[1] == word


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("auth", "auth"),
        ("flow8.engine.perform", "perform"),
        ("root", "web"),
        ("gunicorn.error", "gunicorn"),
        ("dramatiq.worker.WorkerProcess(0)", "dramatiq"),
    ],
)
def test_the_name_is_short(name: str, shown: str) -> None:
    line = TextLines("web").format(record("x", name=name))

    assert line.split(" ")[2] == shown


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\x00", "\x85", "\u2028", "\u202e", "\ud800"])
def test_signs_that_break_or_disguise_a_line_are_escaped(sign: str) -> None:
    shown = one_line(f"a{sign}b")

    assert shown.isprintable()
    assert re.fullmatch(r"a\\[\\a-z0-9]+b", shown)


def test_letters_of_all_languages_stay() -> None:
    assert one_line("žluťoučký 日本語 🙂") == "žluťoučký 日本語 🙂"


def test_records_go_to_the_output_and_to_the_file(tmp_path: Path) -> None:
    done = run("logging.getLogger('auth').error('login failed: %s', 'wrong_password')", tmp_path)

    assert re.fullmatch(rf"{TIME} ERROR auth login failed: wrong_password\n", done.stdout)
    assert (tmp_path / "logs" / "app.log").read_text() == done.stdout
    assert done.stderr == ""


def test_a_forged_line_in_a_message_or_a_traceback_does_not_start_a_line(tmp_path: Path) -> None:
    forged = r"x\n2026-04-04T10:23:45.123Z INFO auth login of root"
    script = f"""
try:
    raise ValueError("{forged}")
except ValueError:
    logging.exception("{forged}")
"""

    lines = run(script, tmp_path).stdout.splitlines()

    assert [line for line in lines if re.match(TIME, line)] == lines[:1]
    assert [line for line in lines if line.startswith("    ")] == lines[1:]
    assert "    ValueError: x" in lines


def test_the_level_decides_what_is_logged(tmp_path: Path) -> None:
    script = "logging.info('no')\nlogging.warning('yes')"

    shown = run(script, tmp_path, LOG_LEVEL="warn").stdout

    assert re.fullmatch(rf"{TIME} WARN web yes\n", shown)


def test_a_file_that_cannot_be_opened_is_one_warning_and_the_output_goes_on(tmp_path: Path) -> None:
    shown = run("logging.info('on')", tmp_path, LOG_FILE=str(tmp_path)).stdout

    assert re.fullmatch(
        rf"{TIME} WARN logging LOG_FILE {tmp_path} cannot be written \(Is a directory\); "
        rf"logs go to the output only\n{TIME} INFO web on\n",
        shown,
    )


def test_setting_up_twice_writes_each_record_once(tmp_path: Path) -> None:
    shown = run("set_up(from_environment(), 'web')\nlogging.info('once')", tmp_path).stdout

    assert shown.count("once") == 1
    assert (tmp_path / "logs" / "app.log").read_text() == shown


def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    script = """
import os, sys
sys.stdout = open(os.devnull, "w")
for _ in range(3):
    os.fork()
for _ in range(50):
    logging.info("é" * 9000)
"""

    run(script, tmp_path)

    lines = (tmp_path / "logs" / "app.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 8 * 50
    assert all(re.fullmatch(rf"{TIME} INFO web é{{9000}}", line) for line in lines)


def test_warnings_are_logged(tmp_path: Path) -> None:
    shown = run("import warnings\nwarnings.warn('old')", tmp_path).stdout

    assert re.match(rf"{TIME} WARN warnings ", shown)
    assert "UserWarning: old" in shown


SECRETS = {
    "ADMIN_PASSWORD": "canary-of-the-administrator",
    "ENCRYPTION_KEY": "ca" * 128,
    "ENCRYPTION_KEY_SALT": "fe" * 32,
    "MONGODB_URI": "mongodb://ana:canary-of-mongodb@localhost/",
    "OAUTH2_CLIENT_ID": "client",
    "OAUTH2_CLIENT_SECRET": "canary~of~microsoft",
}


def test_no_secret_of_the_settings_is_logged_in_messages_exceptions_or_stacks_in_any_form(
    tmp_path: Path,
) -> None:
    script = """
import base64, os
from urllib.parse import quote
settings = from_environment()
names = ("admin_password", "encryption_key", "encryption_key_salt", "mongodb_uri", "oauth2_client_secret")
for secret in [getattr(settings, name) for name in names]:
    encoded = base64.b64encode(secret.encode()).decode()
    for form in (secret, quote(secret, safe=""), encoded, repr({"x": secret})):
        logging.error("message %s and %r", form, [form])
        try:
            try:
                raise ValueError(form)
            except ValueError as error:
                raise RuntimeError(f"because of {form}") from error
        except RuntimeError:
            logging.exception("it broke")
        logging.warning("a stack", stack_info=True)
"""

    done = run(script, tmp_path, **SECRETS)

    for shown in (done.stdout, (tmp_path / "logs" / "app.log").read_text()):
        assert shown.count("RuntimeError: because of") == 20
        for secret in ("canary", "ca" * 128, "fe" * 32, "canary~of~microsoft"):
            core = base64.b64encode(secret.encode()).decode().rstrip("=")[:-1]
            assert not {each for each in (secret, core, quote(secret, safe="")) if each in shown}


def test_what_nobody_catches_is_logged_without_secrets(tmp_path: Path) -> None:
    script = """
import threading
def fail():
    raise ValueError("with canary-of-the-administrator")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
try:
    fail()
except ValueError as error:
    __import__("sys").excepthook(type(error), error, error.__traceback__)
"""

    done = run(script, tmp_path, **SECRETS)

    assert done.stderr == ""
    assert done.stdout.count("ERROR web nobody caught this") == 2
    assert done.stdout.count("ValueError: with ***") == 2
