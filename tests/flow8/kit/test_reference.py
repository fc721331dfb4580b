"""The page about every module."""

import textwrap
from dataclasses import replace
from typing import Literal

from flow8.kit import AnyValue, Context, Delay, Effect, Example, Fields, Open, field, module
from flow8.kit.reference import modules_page


class Part(Fields):
    """A form inside."""

    name: str = field("The name.", min_length=1)


class Args(Fields):
    """Many types."""

    mode: Literal["a", "b"] = field("Either a | or b.", "a")
    parts: list[Part] = field("The parts.")
    tags: list[str] | None = field("The tags.", None)
    more: dict[str, int] = field("More.", factory=dict)


class Out(Fields):
    """One field."""

    count: int = field("How many.")


@module(Example("One", {"parts": [{"name": "ä"}]}, {"count": 1}), needs=("storage",), effect=Effect.WRITE)
def sample(args: Args, _ctx: Context) -> Out:
    """Nothing."""
    return Out(count=len(args.parts))


class Anything(AnyValue):
    """Whatever it is."""


MADE = replace(sample, title="Sample", help="Counts parts.", source="catalogue.modules.core.sample")


def test_a_module_has_its_arguments_output_and_examples_on_the_page() -> None:
    section = textwrap.dedent("""
        ## core

        ### sample: Sample

        Counts parts.

        Effect: {effect}. Lane: `plays`. Components: `storage`.

        | argument | type | default | meaning |
        |---|---|---|---|
        | `mode` | one of `a`, `b` | `"a"` | Either a \\| or b. |
        | `parts` | list of objects | required | The parts. |
        | `parts[].name` | text | required | The name. |
        | `tags` | list of text or null | `null` | The tags. |
        | `more` | object | empty | More. |

        | output | type | meaning |
        |---|---|---|
        | `count` | whole number | How many. |

        One:

        ```json
        {
          "parts": [
            {
              "name": "ä"
            }
          ]
        }
        ```

        gives

        ```json
        {
          "count": 1
        }
        ```
    """)

    effect = "writes outside; after a crash it runs again with the same key"
    assert modules_page([MADE]).endswith(section.replace("{effect}", effect))


def test_modules_stand_by_group_and_name() -> None:
    others = [
        replace(MADE, app_id=name, source=f"catalogue.modules.{group}.{name}")
        for group, name in [("data", "b"), ("core", "z"), ("data", "a")]
    ]

    headings = [line for line in modules_page(others).splitlines() if line.startswith("#")]
    assert headings == ["# Modules", "## core", "### z: Sample", "## data", "### a: Sample", "### b: Sample"]


def test_an_effect_that_depends_on_the_args_and_an_open_output_are_told_so() -> None:
    page = modules_page([replace(MADE, effect=lambda _: Effect.READ, out=Open, needs=())])

    assert "Effect: depends on the arguments. Lane: `plays`.\n" in page
    assert "| output |" not in page
    assert "\nOutput: object. A form that also takes fields nobody declared, " in page


def test_an_output_that_may_be_anything_is_told_in_a_sentence() -> None:
    page = modules_page([replace(MADE, out=Anything)])

    assert "| output |" not in page
    assert "\n\nOutput: any value. Whatever it is.\n\nOne:\n" in page


def test_an_order_is_not_shown_as_the_output() -> None:
    page = modules_page([replace(MADE, order=Delay)])

    assert "```\n\nasks the engine for `Delay`\n\n```json\n" in page
    assert "\ngives\n" not in page
    assert "| `count` | whole number | How many. |" in page
