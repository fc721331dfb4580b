"""What following a play shows, on a terminal and elsewhere."""

from io import StringIO
from typing import Any

from rich.console import Console

from flow8.cli.play_lines import show
from flow8.services.following import LOOP, Line

ERASED = "\r\x1b[2K"
LAYERS: list[dict[str, Any]] = [
    {"ref": "each", "inside": None, "appId": "iterator"},
    {"ref": "ok", "inside": "each", "appId": "var"},
]


def step(layer_id: str, state: str, **more: Any) -> Line:
    ref = layer_id.partition("#")[0]
    about = {"type": "play:layer", "ref": ref, "layerId": layer_id, "state": state}
    return {**about, "timestamp": "2026-04-04T12:00:00.000Z", **more}


def counts(done: int, failed: int = 0, under_way: int = 0, count: int = 100) -> dict[str, Any]:
    return {"count": count, "done": done, "failed": failed, "open": list(range(under_way))}


def progress(**numbers: int) -> Line:
    return step("each", "RUN", loop=counts(**numbers)) | {"type": LOOP}


def shown(*lines: Line, terminal: bool = False) -> str:
    written = StringIO()
    show(Console(file=written, force_terminal=terminal, width=200, color_system=None), lines, LAYERS)
    return written.getvalue()


def test_elsewhere_than_on_a_terminal_a_loop_is_told_at_its_end() -> None:
    text = shown(
        step("each", "RUN"), progress(done=1), progress(done=57), step("each", "DONE", loop=counts(98, 2))
    )

    assert [line.split()[1:] for line in text.splitlines()] == [
        ["each", "iterator", "RUN"],
        ["each", "iterator", "DONE", "98", "done,", "2", "failed", "of", "100"],
    ]


def test_on_a_terminal_its_counts_change_in_one_place() -> None:
    text = shown(
        progress(done=1, under_way=5),
        progress(done=57, under_way=5),
        step("each", "DONE", loop=counts(100)),
        terminal=True,
    )

    assert "1 done, 5 under way of 100" in text
    assert "57 done, 5 under way of 100" in text
    last = text.partition("57 done")[2]
    assert ERASED in last.partition("100 done of 100")[0]
    assert "under way" not in last.partition("100 done of 100")[2]


def test_iterations_are_named_until_there_are_many_of_one_kind() -> None:
    text = shown(*(step(f"ok#{index}", "WAIT") for index in range(40)), step("ok#40", "FAIL", error="No"))

    assert [line.split()[1:] for line in text.splitlines()] == [
        *[[f"ok#{index}", "var", "WAIT"] for index in range(5)],
        ["ok", "var", "WAIT", "more", "of", "these", "are", "only", "counted"],
        ["ok#40", "var", "FAIL", "No"],
    ]


def test_nothing_is_shown_to_programs() -> None:
    written = StringIO()

    show(Console(file=written, quiet=True), [step("each", "RUN"), progress(done=1)], LAYERS)

    assert written.getvalue() == ""
