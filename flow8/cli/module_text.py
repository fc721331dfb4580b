"""The text of a new module: small, right, and true from its first line."""

import keyword
import re
from string import Template

LONGEST = 64

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_OF_THE_KIT = frozenset({"field", "module"})
"""What the new file imports under small names."""

_TEXT = Template('''\
"""$title.

Says whom it greets. Write here what the step does and when to take it, in whole sentences.
"""

from flow8.kit import Context, Example, Failed, Fields, field, module


class Args(Fields):
    """What it takes in."""

    name: str = field("Who is greeted.", max_length=100)


class Out(Fields):
    """What it gives back."""

    text: str = field("The greeting.")


@module(
    Example("A name", {"name": "Ada"}, {"text": "Hello, Ada!"}),
)
def $stem(args: Args, _ctx: Context) -> Out:
    """The greeting, or a failure that no second try can mend."""
    name = args.name.strip()
    if not name:
        raise Failed("Give a name to greet.", final=True)
    return Out(text=f"Hello, {name}!")
''')


def name_problem(name: str) -> str | None:
    """What keeps a module from having this name, in a sentence; None when nothing does."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        return (
            f"{name!r} cannot name a module; take up to {LONGEST} small letters, digits and hyphens, "
            "a letter first, such as price-check."
        )
    if keyword.iskeyword(name) or name in _OF_THE_KIT:
        return f"{name!r} is a word that Python or the kit needs; choose another name."
    return None


def stem_of(name: str) -> str:
    """The name of its file without `.py`, and of its function."""
    return name.replace("-", "_")


def text_of(name: str) -> str:
    """The file that a new module of this name starts with."""
    title = stem_of(name).replace("_", " ").capitalize()
    return _TEXT.substitute(title=title, stem=stem_of(name))
