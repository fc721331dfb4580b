"""The `module` command: a new module is true at once, an untrue one is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flow8.cli import flow8

Command = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for private modules that nobody has made yet."""
    return tmp_path / "my modules"


@pytest.fixture
def call(folder: Path) -> Command:
    """Run one `module` command line with MODULES_DIR set."""

    def run(*arguments: str) -> Result:
        return CliRunner(env={"MODULES_DIR": str(folder)}).invoke(flow8, ["module", *arguments])

    return run


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_new_module_is_written_and_true_at_once(call: Command, folder: Path) -> None:
    written = call("new", "price-check")
    tested = call("test")

    file = folder / "price_check.py"
    assert (written.exit_code, tested.exit_code) == (0, 0)
    assert written.stdout.splitlines() == [
        f"{file} is written.",
        "Change it, then: ./flow8core module test price-check",
    ]
    assert tested.stdout == " ok  price-check: A name\n1 example, none failed.\n"


def test_the_folder_may_be_named_instead_of_set(tmp_path: Path) -> None:
    runner = CliRunner(env={"MODULES_DIR": str(tmp_path / "nowhere")})
    here = ["--dir", str(tmp_path / "here")]

    written = runner.invoke(flow8, ["module", "new", "a", *here])
    tested = runner.invoke(flow8, ["module", "test", *here])

    assert written.stdout.endswith(f"./flow8core module test a --dir {tmp_path / 'here'}\n")
    assert tested.stdout == " ok  a: A name\n1 example, none failed.\n"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", [["new", "a"], ["test"]])
def test_without_a_folder_it_says_what_to_set(command: list[str]) -> None:
    done = CliRunner(env={"MODULES_DIR": None}).invoke(flow8, ["module", *command])

    assert done.exit_code == 1
    assert done.stderr == (
        "Error: Set MODULES_DIR to the folder of your modules, or name the folder with --dir.\n"
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("var", "The catalogue has a module 'var' already; choose another name."),
        ("csv_parse", "The catalogue has a module 'csv_parse' already; choose another name."),
        (
            "Price Check",
            (
                "'Price Check' cannot name a module; take up to 64 small letters, digits and hyphens, "
                "a letter first, such as price-check."
            ),
        ),
        ("class", "'class' is a word that Python or the kit needs; choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_one_sentence(
    call: Command, folder: Path, name: str, why: str
) -> None:
    done = call("new", name)

    assert done.exit_code == 1
    assert done.stderr == f"Error: {why}\n"
    assert not folder.exists()


@pytest.mark.parametrize("name", ["price-check", "price_check"])
def test_a_module_that_is_there_is_never_written_over(call: Command, folder: Path, name: str) -> None:
    file = folder / "shop" / "price_check.py"
    file.parent.mkdir(parents=True)
    file.write_text("mine")

    done = call("new", name)

    assert done.exit_code == 1
    assert done.stderr == f"Error: {file} is there already; choose another name.\n"
    assert [each.read_text() for each in folder.rglob("*.py")] == ["mine"]


def test_what_lies_aside_takes_no_name(call: Command, folder: Path) -> None:
    (folder / "_old").mkdir(parents=True)
    (folder / "_old" / "price_check.py").write_text("mine")

    assert call("new", "price-check").exit_code == 0
    assert call("test").stdout == " ok  price-check: A name\n1 example, none failed.\n"


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(call: Command, folder: Path) -> None:
    folder.write_text("a file")

    done = call("new", "a")

    assert done.exit_code == 1
    assert done.stderr == f"Error: {folder / 'a.py'} cannot be written: File exists.\n"


def test_an_untrue_example_is_told_with_its_difference_and_the_code_is_one(
    call: Command, folder: Path
) -> None:
    for name in ("a", "b", "c"):
        call("new", name)
    spoil(folder / "b.py", "Hello, {name}!", "Hi, {name}!")

    done = call("test")

    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        " ok  a: A name",
        "FAIL b: A name",
        "       output.text: the example says 'Hello, Ada!', the module gave 'Hi, Ada!'",
        " ok  c: A name",
        "3 examples, 1 failed.",
    ]


def test_for_machines_it_answers_as_json_whatever_a_module_prints(call: Command, folder: Path) -> None:
    call("new", "a")
    spoil(folder / "a.py", "    name = ", "    print('here')\n    name = 'Eve' or ")

    done = call("test", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "good": False,
        "examples": [
            {
                "module": "a",
                "title": "A name",
                "good": False,
                "differences": ["output.text: the example says 'Hello, Ada!', the module gave 'Hello, Eve!'"],
            }
        ],
    }
    assert done.stderr == "here\n"


@pytest.mark.parametrize("which", ["price-check", "price_check", "shop/price_check.py"])
def test_one_module_is_chosen_by_its_name_or_its_file(
    call: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    call("new", "price-check")
    call("new", "other")
    (folder / "shop").mkdir()
    (folder / "price_check.py").rename(folder / "shop" / "price_check.py")
    monkeypatch.chdir(folder)

    done = call("test", which)

    assert done.exit_code == 0
    assert done.stdout == " ok  price-check: A name\n1 example, none failed.\n"


@pytest.mark.parametrize("which", ["c", "var", "c.py", "/etc/hosts"])
def test_a_module_that_is_not_there_is_told_with_those_that_are(
    call: Command, folder: Path, which: str
) -> None:
    call("new", "b")
    call("new", "a")

    done = call("test", which)

    assert done.exit_code == 1
    assert done.stderr == f"Error: There is no module {which!r} in {folder}; there are a, b.\n"


def test_a_folder_without_modules_is_no_success(call: Command, folder: Path) -> None:
    folder.mkdir()

    done = call("test")

    assert done.exit_code == 1
    assert done.stderr == (
        f"Error: There is no module in {folder}; ./flow8core module new NAME writes one.\n"
    )


def test_a_folder_that_is_not_there_is_told(call: Command, folder: Path) -> None:
    done = call("test")

    assert done.exit_code == 1
    assert f"{folder}: is not a folder; mend MODULES_DIR" in done.stderr


def test_every_rule_that_a_file_breaks_is_told_with_the_file(call: Command, folder: Path) -> None:
    for name in ("a", "b", "var2"):
        call("new", name)
    spoil(folder / "a.py", '"Who is greeted."', '"who"')
    spoil(folder / "b.py", "def b(", "def bee(")
    (folder / "var2.py").rename(folder / "var.py")
    spoil(folder / "var.py", "def var2(", "def var(")
    (folder / "d.py").write_text("import no_such_package\n")

    done = call("test")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Error: Some files of the catalogue are not right.",
        f"  {folder}/a.py: the field args.name needs a sentence: a capital letter, words, a full stop",
        f"  {folder}/b.py: declares the module 'bee'; name the function like its file: b",
        f"  {folder}/d.py: cannot be imported: ModuleNotFoundError: No module named 'no_such_package'",
        f"  {folder}/var.py: declares 'var', as catalogue/modules/core/var.py does already",
    ]
