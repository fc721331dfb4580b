"""`flow8core` on a copy of its own, with a package of its own, so that nothing is fetched from anywhere."""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parents[2] / "flow8core"
TOOLS = "sh dirname readlink cat cksum mkdir rm rmdir sleep grep tail uname kill"
SAY = """
import os, sys
import tiny
print(tiny.VERSION, os.getcwd(), *sys.argv[1:], sep="|")
"""


def hear_ctrl_c() -> None:
    """What runs in the background of a shell ignores SIGINT, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Copy:
    """A folder with the launcher, a small `flow8` that says how it was called, and one package to install."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.wheels = folder, wheels
        (folder / "flow8").mkdir(parents=True)
        (folder / "requirements").mkdir()
        shutil.copy(LAUNCHER, folder)
        (folder / "flow8" / "__main__.py").write_text(SAY)
        self.require("1.0")

    def require(self, version: str) -> None:
        wheel = make_wheel(self.wheels, version)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.folder / "requirements" / "main.txt").write_text(f"tiny=={version} --hash=sha256:{digest}\n")

    def start(self, *arguments: str, cwd: Path | None = None, **environ: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(self.folder / "flow8core"), *arguments],
            cwd=cwd or self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheels),
                "PIP_CONFIG_FILE": os.devnull,
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - one call, no lock
        )

    def run(
        self, *arguments: str, cwd: Path | None = None, **environ: str
    ) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, cwd=cwd, **environ)
        out, err = process.communicate(timeout=100)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def make_wheel(folder: Path, version: str) -> Path:
    """A package `tiny` that knows its version."""
    code = f"VERSION = {version!r}\n"
    digest = base64.urlsafe_b64encode(hashlib.sha256(code.encode()).digest()).decode().rstrip("=")
    info = f"tiny-{version}.dist-info"
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", code)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(
            f"{info}/RECORD", f"tiny.py,sha256={digest},{len(code)}\n{info}/METADATA,,\n{info}/RECORD,,\n"
        )
    return wheel


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    (tmp_path / "wheels").mkdir()
    return Copy(tmp_path / "a folder", tmp_path / "wheels")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy whose environment is made already, for tests that do not change it."""
    folder = tmp_path_factory.mktemp("ready")
    (folder / "wheels").mkdir()
    copy = Copy(folder / "a folder", folder / "wheels")
    assert copy.run().returncode == 0
    return copy


@pytest.fixture
def only_tools(tmp_path: Path) -> Path:
    """A folder for PATH with the programs the launcher needs, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS.split():
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    return folder


def fake_python(folder: Path, script: str) -> None:
    (folder / "python3").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "python3").chmod(0o755)


def test_the_first_start_makes_the_environment_and_says_so_line_by_line(copy: Copy) -> None:
    done = copy.run("play", "a b", "--json")

    assert done.stdout == f"1.0|{copy.folder}|play|a b|--json\n"
    assert done.stderr.splitlines() == [
        f"flow8core: making the environment {copy.folder}/.venv (once) ...",
        "flow8core: installing what flow8 runs on (requirements/main.txt) ...",
    ]
    assert sorted(path.name for path in copy.folder.glob(".*")) == [".venv"]


def test_the_second_start_installs_nothing_and_is_quick(ready: Copy) -> None:
    times = []
    for _ in range(10):
        started = time.monotonic()
        done = ready.run(PIP_FIND_LINKS="/nowhere")
        times.append(time.monotonic() - started)

        assert (done.returncode, done.stderr) == (0, "")

    assert min(times) < 3


def test_it_works_from_any_folder_and_the_folder_stays_the_callers(ready: Copy, tmp_path: Path) -> None:
    for name in ("flow8", "tiny"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('shadowed')")

    done = ready.run(cwd=tmp_path)

    assert done.stdout == f"1.0|{tmp_path}\n"


def test_it_works_through_a_link_and_by_dash(ready: Copy, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ready.folder / "flow8core")

    path = {"PATH": os.environ["PATH"]}
    by_link = subprocess.check_output([tmp_path / "link", "x"], text=True, cwd=tmp_path, env=path)
    by_dash = subprocess.check_output(["dash", "flow8core", "x"], text=True, cwd=ready.folder, env=path)

    assert by_link == f"1.0|{tmp_path}|x\n"
    assert by_dash == f"1.0|{ready.folder}|x\n"


def test_an_environment_that_is_named_is_used_as_it_is(ready: Copy, copy: Copy) -> None:
    done = copy.run(FLOW8_VENV=str(ready.folder / ".venv"))
    wrong = copy.run(FLOW8_VENV="/nowhere")

    assert done.stdout == f"1.0|{copy.folder}\n"
    assert not (copy.folder / ".venv").exists()
    assert wrong.returncode == 1
    assert wrong.stderr == "flow8core: FLOW8_VENV names /nowhere, which holds no bin/python.\n"


def test_changed_requirements_are_installed(copy: Copy) -> None:
    copy.run()
    copy.require("2.0")

    done = copy.run()

    assert done.stdout.startswith("2.0|")
    assert done.stderr == "flow8core: installing what flow8 runs on (requirements/main.txt) ...\n"


def test_a_copy_that_was_moved_makes_its_environment_anew(copy: Copy) -> None:
    copy.run()
    copy.folder = copy.folder.rename(copy.folder.with_name("moved"))

    done = copy.run()

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("making the environment") == 1
    assert "moved/.venv/" in (copy.folder / ".venv" / "bin" / "pip").read_text()


def test_a_link_to_an_environment_of_others_empties_nothing(copy: Copy, tmp_path: Path) -> None:
    others = tmp_path / "others"
    (others / "bin").mkdir(parents=True)
    (others / "bin" / "theirs").touch()
    (copy.folder / ".venv").symlink_to(others)

    done = copy.run()

    assert done.stdout == f"1.0|{copy.folder}\n"
    assert [path.name for path in others.rglob("*") if path.is_file()] == ["theirs"]
    assert not (copy.folder / ".venv").is_symlink()


def test_what_a_killed_start_left_is_taken_over_and_completed(copy: Copy) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (copy.folder / ".venv-lock").mkdir()
    (copy.folder / ".venv-lock" / "pid").write_text(f"{gone.pid}\n")
    (copy.folder / ".venv" / "bin").mkdir(parents=True)
    (copy.folder / ".venv" / "bin" / "python").symlink_to(sys.executable)

    done = copy.run()

    assert done.stdout == f"1.0|{copy.folder}\n", done.stderr
    assert "waiting for another start" in done.stderr
    assert sorted(path.name for path in copy.folder.glob(".*")) == [".venv"]


def test_a_killed_install_is_done_again(copy: Copy) -> None:
    first = copy.start()
    assert first.stderr is not None
    while "installing" not in first.stderr.readline():
        assert first.poll() is None
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    done = copy.run()

    assert done.stdout == f"1.0|{copy.folder}\n", done.stderr


def test_two_starts_at_once_install_once(copy: Copy) -> None:
    both = [copy.start(), copy.start()]

    said = [process.communicate(timeout=100) for process in both]

    assert [out for out, _ in said] == [f"1.0|{copy.folder}\n"] * 2
    errors = "".join(err for _, err in said)
    assert errors.count("making the environment") == 1
    assert errors.count("installing what flow8 runs on") == 1
    assert errors.count("waiting for another start that is installing") == 1


def test_ctrl_c_during_the_install_leaves_no_lock(copy: Copy) -> None:
    process = copy.start()
    assert process.stderr is not None
    while "making" not in process.stderr.readline():
        assert process.poll() is None

    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode != 0
    assert not (copy.folder / ".venv-lock").exists()


def test_a_python_that_is_too_old_gets_one_sentence(copy: Copy, only_tools: Path) -> None:
    fake_python(only_tools, 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')

    done = copy.run(PATH=str(only_tools))

    assert done.returncode == 1
    assert done.stderr == (
        "flow8core: Python 3.11 or newer is needed (Python 3.9.2 is here); install it "
        "(Debian, Ubuntu: apt install python3 python3-venv) and start again.\n"
    )
    assert not (copy.folder / ".venv-lock").exists()


def test_a_python_without_venv_gets_one_sentence(copy: Copy, only_tools: Path) -> None:
    fake_python(only_tools, "case $2 in *ensurepip*) exit 1 ;; *) exit 0 ;; esac")

    done = copy.run(PATH=str(only_tools))

    assert done.returncode == 1
    assert done.stderr == (
        "flow8core: python3 cannot make environments; install its venv module "
        "(Debian, Ubuntu: apt install python3-venv) and start again.\n"
    )


def test_a_newer_python_under_another_name_is_found(copy: Copy, only_tools: Path) -> None:
    fake_python(only_tools, "exit 1")
    (only_tools / "python3.13").symlink_to(sys.executable)

    done = copy.run(PATH=str(only_tools))

    assert done.returncode == 0, done.stderr


def test_a_node_is_installed_where_the_ui_has_sources_and_the_machine_has_none(
    copy: Copy, only_tools: Path
) -> None:
    fake_python(only_tools, f'exec {sys.executable} "$@"')
    shutil.copy(copy.folder / "requirements" / "main.txt", copy.folder / "requirements" / "ui.txt")
    said = "installing a Node.js to build the web UI with (requirements/ui.txt)"

    assert said not in copy.run("ui", PATH=str(only_tools)).stderr

    (copy.folder / "ui").mkdir()
    (copy.folder / "ui" / "package.json").write_text("{}")
    for name in ("node", "npm"):
        (only_tools / name).write_text("#!/bin/sh\nexit 0\n")
        (only_tools / name).chmod(0o755)
    assert said not in copy.run("ui", PATH=str(only_tools)).stderr

    (only_tools / "node").write_text("#!/bin/sh\nexit 1\n")
    assert said in copy.run("ui", PATH=str(only_tools)).stderr
    assert said not in copy.run("ui", PATH=str(only_tools)).stderr


def test_no_network_gets_one_sentence_with_the_fix(copy: Copy) -> None:
    done = copy.run(PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "flow8core: the packages cannot be downloaded; check the network (or set PIP_INDEX_URL to a package "
        f"index that can be reached) and start again. Details: {copy.folder}/.venv-install.log"
    )
    assert len(done.stderr.splitlines()) == 3


def test_a_package_that_is_not_what_was_locked_is_refused(copy: Copy) -> None:
    (copy.folder / "requirements" / "main.txt").write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")

    done = copy.run()

    assert done.returncode == 1
    said = "the packages of requirements/main.txt cannot be installed: ERROR: THESE PACKAGES DO NOT MATCH"
    assert said in done.stderr
