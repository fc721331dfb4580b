"""Files in plays: a module reads what its play was given, makes new ones, and nobody guesses any."""

from typing import Any

import pytest

from flow8.domain.play import Failure, Origin, Play, PlayState
from flow8.engine.accept import StartRequest, accept
from flow8.engine.module_files import ModuleFiles
from flow8.engine.perform import perform
from flow8.engine.start import start_here
from flow8.kit import Failed, Files
from flow8.store.files import FileRecord
from tests.flow8.kit.files_conformance import FilesConformance
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.files import a_file, on_disk

READ = {"ref": "read", "appId": "file-read", "args": {"file": "{{ $args.file }}"}}
MAKE = {"ref": "make", "appId": "file-create", "args": {"name": "a.txt", "content": "made"}}


def played(stage: Stage, flow: dict[str, Any], file: FileRecord, *given: str) -> Play:
    """A play of a flow whose args speak of a file, and which was given these."""
    play_id = stage.accept(flow, {"file": file.value}, files=given)
    perform(stage.engine, play_id)
    return stage.load(play_id)


def code_of(play: Play) -> str | None:
    return play.error.code if isinstance(play.error, Failure) else None


def test_a_play_reads_the_file_that_it_was_given(stage: Stage) -> None:
    file = a_file(stage.engine, stage.company_id, b"Hello")

    play = played(stage, a_flow(READ), file, file.id)

    assert play.output == {"text": "Hello", "base64": None}


def test_a_file_that_args_only_speak_of_is_not_read(stage: Stage) -> None:
    file = a_file(stage.engine, stage.company_id, b"Hello")

    assert code_of(played(stage, a_flow(READ), file)) == "FILE_NOT_FOUND"


def test_a_file_of_another_play_or_company_is_not_read(stage: Stage) -> None:
    file = a_file(stage.engine, stage.company_id, b"Hello")
    played(stage, a_flow(READ, flow="first"), file, file.id)
    foreign = a_file(stage.engine, "1" * 24, b"Hello", play_id="p" * 24)

    assert code_of(played(stage, a_flow(READ, flow="second"), file)) == "FILE_NOT_FOUND"
    assert code_of(played(stage, a_flow(READ, flow="third"), foreign)) == "FILE_NOT_FOUND"


def test_a_file_value_with_another_digest_is_not_that_file(stage: Stage) -> None:
    file = a_file(stage.engine, stage.company_id, b"Hello")
    play_id = stage.accept(a_flow(READ), {"file": {**file.value, "sha256": "0" * 64}}, files=(file.id,))

    perform(stage.engine, play_id)

    assert code_of(stage.load(play_id)) == "FILE_NOT_FOUND"


def test_a_module_makes_a_file_that_later_flowlets_read(stage: Stage) -> None:
    read = {**READ, "args": {"file": "{{ $prev.make }}"}}

    play = stage.play(MAKE, read)

    assert play.output == {"text": "made", "base64": None}
    record = stage.engine.files.find(stage.company_id, play.layers["make"].output["id"])
    assert record is not None
    assert (record.play_ids, record.owner, record.type) == ((play.id,), play.id, "text/plain")


def test_a_subflow_reads_the_file_that_it_is_handed_and_hands_one_back(stage: Stage) -> None:
    stage.publish(a_flow(READ, MAKE, flow="child"))
    sub = {"ref": "sub", "appId": "subflow", "args": {"flow": "child", "args": {"file": "{{ $args.file }}"}}}
    read = {**READ, "args": {"file": "{{ $prev.sub }}"}}
    file = a_file(stage.engine, stage.company_id, b"Hello")
    parent = stage.accept(a_flow(sub, read, flow="parent"), {"file": file.value}, files=(file.id,))

    perform(stage.engine, parent)
    (child,) = stage.engine.store.database["plays"].find({"flow": "child"}, {"_id": 1})
    perform(stage.engine, child["_id"])
    perform(stage.engine, parent)

    assert stage.load(child["_id"]).layers["read"].output["text"] == "Hello"
    assert stage.load(parent).output == {"text": "made", "base64": None}


def test_a_subflow_is_not_handed_what_its_parent_may_not_use(stage: Stage) -> None:
    stage.publish(a_flow(READ, flow="child"))
    sub = {"ref": "sub", "appId": "subflow", "args": {"flow": "child", "args": {"file": "{{ $args.file }}"}}}
    file = a_file(stage.engine, stage.company_id, b"Hello")
    parent = stage.accept(a_flow(sub, flow="parent"), {"file": file.value})

    perform(stage.engine, parent)
    (child,) = stage.engine.store.database["plays"].find({"flow": "child"}, {"_id": 1})
    perform(stage.engine, child["_id"])

    assert code_of(stage.load(child["_id"])) == "FILE_NOT_FOUND"


def test_the_same_key_with_the_same_bytes_is_the_same_play(stage: Stage) -> None:
    record = stage.publish(a_flow())
    first, again, other = (a_file(stage.engine, stage.company_id, data) for data in (b"x", b"x", b"y"))

    def asked(file: FileRecord) -> StartRequest:
        args = {"n": 1, "file": file.value}
        return StartRequest(record, args, Origin("test"), idempotency_key="k", files=(file.id,))

    play, _ = accept(stage.engine, asked(first), None)
    repeated, is_repeated = accept(stage.engine, asked(again), None)

    assert (repeated.id, is_repeated) == (play.id, True)
    stage.engine.files.discard(stage.company_id, [first.id, again.id])
    assert {path.name for path in on_disk(stage.engine)} == {first.id, other.id}


def test_a_play_that_only_computes_holds_its_files_as_well(stage: Stage) -> None:
    record = stage.publish(a_flow())
    file = a_file(stage.engine, stage.company_id)
    request = StartRequest(record, {"n": 1, "file": file.value}, Origin("test"), files=(file.id,))

    outcome = start_here(stage.engine, request, 5)

    assert outcome.state is PlayState.DONE
    assert stage.engine.files.held_by(stage.company_id, outcome.play_id) == [file.id]


class TestModuleFiles(FilesConformance):
    @pytest.fixture
    def files(self, stage: Stage) -> Files:
        return ModuleFiles(stage.engine.files, stage.company_id, f"{'a' * 24}/ref")


def test_a_disk_without_room_fails_for_now(stage: Stage) -> None:
    folder = stage.engine.settings.data_dir / "data"
    folder.mkdir(parents=True)
    (folder / "attachments").write_text("in the way")

    with pytest.raises(Failed) as failed:
        ModuleFiles(stage.engine.files, stage.company_id, "a/b").create("a", [b"x"])

    assert (failed.value.final, failed.value.code) == (False, "STORAGE_FAILED")
