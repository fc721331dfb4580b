"""The page of figures, made from their declarations: `python -m flow8.metrics.page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flow8.metrics.figures import COMPANY, FIGURES, INSTALLATION, PROCESS, Figure

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"
HEAD: Final = """\
# Figures for Prometheus

> Made from `flow8/metrics/figures.py` by `make docs`; change the sentences there.

[docs/how-to/observe.md](../how-to/observe.md) tells where they are asked for, and which deserve an alarm.
"""
PARTS: Final = {
    PROCESS: (
        "Of a process",
        "Counted in its memory from its start on; sum over `process`. `role` is `web`, `worker` or the like.",
    ),
    INSTALLATION: (
        "Of the installation",
        "Read from MongoDB, so every web and every scheduler tells the same: take the `max`, never the sum.",
    ),
    COMPANY: (
        "Of a company",
        "Told by `/metrics` of the front, of the company of the key. Read from MongoDB as well.",
    ),
}


def pages() -> dict[Path, str]:
    """The text of the page, by its file."""
    return {PAGE: "\n".join([HEAD, *_parts()])}


def _parts() -> Iterator[str]:
    for of, (title, words) in PARTS.items():
        yield f"## {title}\n\n{words}\n"
        yield "| figure | kind | labels | what it is |\n|---|---|---|---|"
        yield from (_row(figure) for figure in FIGURES if figure.of == of)
        yield ""


def _row(figure: Figure) -> str:
    labels = ", ".join(f"`{label}`" for label in figure.shown_labels)
    return f"| `{figure.shown_name}` | {figure.kind} | {labels} | {figure.text} |"


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
