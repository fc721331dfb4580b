"""Finds every file of the catalogue and of private folders."""

import textwrap
from pathlib import Path

import pytest

from flow8.errors import Invalid, NotFound, Problem
from flow8.kit import Failed
from flow8.kit.testing import FakeContext
from flow8.registry import Registry, args_problems, bind, load_registry

GOOD = """
    \"\"\"{title}.\"\"\"

    from flow8.kit import Context, Example, Fields, field, module


    class Form(Fields):
        \"\"\"A number.\"\"\"

        number: int = field("A number.")


    @module(Example("One", {{"number": 1}}, {{"number": 1}}))
    def {name}(args: Form, _ctx: Context) -> Form:
        return args
"""

COMPONENT = """
    \"\"\"Nowhere.\"\"\"

    from flow8.kit import Fields, Surroundings, component


    class Config(Fields):
        \"\"\"Nothing to choose.\"\"\"


    class Nowhere:
        def __init__(self, config: Config, surroundings: Surroundings) -> None:
            self.config = config


    nowhere = component(kind="{kind}", config=Config)(Nowhere)
"""


def write(folder: Path, path: str, text: str, **values: str) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(text.format(**values) if values else text))
    return file


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def problems(*folders: Path) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        load_registry(folders)
    return [(each.path, each.message) for each in invalid.value.problems]


def test_every_module_of_the_catalogue_is_there(registry: Registry) -> None:
    assert set(registry.modules) >= {
        "csv-parse",
        "curl",
        "respond",
        "router",
        "storage-read",
        "storage-write",
        "template",
        "var",
    }
    assert {app_id for app_id, module in registry.modules.items() if module.app_id != app_id} == set()


def test_every_component_of_the_catalogue_is_there(registry: Registry) -> None:
    assert set(registry.components) >= {("request", "http"), ("storage", "local")}


def test_a_registry_cannot_be_changed(registry: Registry) -> None:
    with pytest.raises(TypeError):
        registry.modules["var"] = registry.module("curl")  # type: ignore[index]  # the mistake under test


def test_an_unknown_module_is_not_found_and_the_closest_names_are_told(registry: Registry) -> None:
    with pytest.raises(NotFound) as missing:
        registry.module("storage-reed")

    assert missing.value.message.startswith("There is no module 'storage-reed'; did you mean storage-read")
    assert missing.value.error_code == "MODULE_NOT_FOUND"


def test_a_name_that_is_close_to_nothing_lists_what_there_is(registry: Registry) -> None:
    with pytest.raises(NotFound, match=r"There is no storage component 'xyz'; there are local") as missing:
        registry.component("storage", "xyz")

    assert missing.value.error_code == "COMPONENT_NOT_FOUND"


def test_a_component_is_found_by_kind_and_name(registry: Registry) -> None:
    assert registry.component("storage", "local").kind == "storage"


def test_private_folders_are_walked_like_the_catalogue(tmp_path: Path) -> None:
    write(tmp_path, "doubling/double.py", GOOD, title="Double", name="double")
    write(tmp_path, "storage/nowhere.py", COMPONENT, kind="storage")
    write(tmp_path, "_shared.py", "raise RuntimeError('never imported')")
    write(tmp_path, "_old/double.py", "raise RuntimeError('never imported')")
    write(tmp_path, "doubling/__init__.py", "")

    registry = load_registry([tmp_path])

    module = registry.module("double")
    assert (module.title, registry.component("storage", "nowhere").name) == ("Double", "nowhere")
    assert module.run(bind(module, {"number": 2}), FakeContext()).model_dump() == {"number": 2}
    assert "var" in registry.modules


def test_a_private_file_is_read_anew_each_time(tmp_path: Path) -> None:
    file = write(tmp_path, "double.py", GOOD, title="Before", name="double")
    before = load_registry([tmp_path]).module("double").title
    file.write_text(file.read_text().replace("Before", "After it"))

    assert (before, load_registry([tmp_path]).module("double").title) == ("Before", "After it")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = {
        "broken.py": "def :",
        "two.py": GOOD.format(title="Two", name="two") + GOOD.format(title="", name="three"),
        "none.py": '"""Nothing here."""',
        "twice.py": GOOD.format(title="Twice", name="once"),
        "var.py": GOOD.format(title="Variables again", name="var"),
        "bare.py": GOOD.format(title="", name="bare").replace('field("A number.")', 'field("number")'),
        "fast.py": GOOD.format(title="Fast", name="fast").replace(
            'Example("One", {"number": 1}, {"number": 1})', 'lane="fast", needs=("fax",)'
        ),
        "fax/nowhere.py": COMPONENT.format(kind="storage"),
    }
    for name, text in files.items():
        write(tmp_path, name, text.replace('"""."""', ""))

    needs = "needs a sentence: a capital letter, words, a full stop"
    label = str(tmp_path)
    assert [(path.removeprefix(f"{label}/"), message) for path, message in problems(tmp_path)] == [
        ("bare.py", "needs a head docstring; its first line is the title people see"),
        ("bare.py", f"the field args.number {needs}"),
        ("bare.py", f"the field output.number {needs}"),
        ("broken.py", "cannot be imported: SyntaxError: invalid syntax (broken.py, line 1)"),
        ("fast.py", "asks for the lane 'fast'; the lanes are plays, documents"),
        ("fast.py", "needs an Example; give @module one that is true"),
        ("fast.py", "needs the kind 'fax'; a module may need request, storage, mail, kv, files"),
        ("fax/nowhere.py", "is of kind 'storage' but lies in 'fax'; move it to storage/"),
        ("none.py", "declares 0 modules or components; a file declares exactly one"),
        ("twice.py", "declares the module 'once'; name the function like its file: twice"),
        ("two.py", "declares 2 modules or components; a file declares exactly one"),
        ("var.py", "declares 'var', as catalogue/modules/core/var.py does already"),
    ]


def test_an_entry_imported_from_another_file_is_not_this_files_own(tmp_path: Path) -> None:
    text = GOOD.format(title="Mine", name="mine")
    write(
        tmp_path,
        "mine.py",
        text.replace("from flow8.kit", "from catalogue.modules.core.var import var\n    from flow8.kit"),
    )

    assert load_registry([tmp_path]).module("mine").title == "Mine"


def test_an_entry_with_two_names_in_its_file_is_one(tmp_path: Path) -> None:
    text = textwrap.dedent(GOOD.format(title="Mine", name="mine"))
    write(tmp_path, "mine.py", f"{text}\n\nagain = mine\n")

    assert load_registry([tmp_path]).module("mine").title == "Mine"


def test_the_same_name_in_two_private_folders_is_told(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "double.py", GOOD, title="Double", name="double")
    second = write(tmp_path / "b", "double.py", GOOD, title="Double", name="double")

    assert problems(tmp_path / "a", tmp_path / "b") == [
        (str(second), f"declares 'double', as {first} does already")
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "missing") == [
        (str(tmp_path / "missing"), "is not a folder; mend MODULES_DIR")
    ]


def test_args_of_a_real_module_are_checked_while_they_hold_expressions(registry: Registry) -> None:
    args = {"routes": [{"label": "big", "condition": "{{ $prev.total.total > 100 }}"}, {"condition": "yes"}]}

    assert args_problems(registry.module("router"), args, "flowlets[1].args") == [
        Problem("flowlets[1].args.routes[1].label", "is missing"),
        Problem(
            "flowlets[1].args.routes[1].condition",
            "without {{ }} a condition is only true or false; put an expression into {{ }}",
        ),
    ]


def test_args_of_a_real_module_are_bound(registry: Registry) -> None:
    with pytest.raises(Failed, match="Arguments are not right: values: is missing; value: is not a field"):
        bind(registry.module("var"), {"value": 1})
