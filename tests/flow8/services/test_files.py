"""Files as people and programs ask for them."""

from collections.abc import Iterator

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Invalid, NotFound, TooLarge
from flow8.files.multipart import Part
from flow8.services import draft_tests, files, hands, plays, rerun
from flow8.services.draft_tests import Trial
from flow8.services.rerun import Wanted
from flow8.store.files import FileRecord
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.files import a_file, on_disk
from tests.support.people import a_user, granted, known_as
from tests.support.web import an_actor

READ = {"ref": "read", "appId": "file-read", "args": {"file": "{{ $args.file }}"}}


def a_part(data: bytes = b"Hello", filename: str | None = "a.txt") -> Part:
    return Part("file", filename, "text/plain", iter([data]))


def runner(engine: Engine, name: str) -> Actor:
    company = engine.store.companies.ensure("default", "Default")
    return Actor(company.id, name, RIGHTS[Role.RUNNER], "test", user_id=name)


def content(engine: Engine, actor: Actor, file: FileRecord) -> bytes:
    return b"".join(files.open_file(engine, actor, file.id).pieces())


def test_who_sent_a_file_fetches_it_and_nobody_else_does(engine: Engine) -> None:
    ada, bob = runner(engine, "ada"), runner(engine, "bob")

    file = files.upload(engine, ada, [a_part()])

    assert content(engine, ada, file) == b"Hello"
    for other in (bob, an_actor(engine)):
        with pytest.raises(NotFound):
            files.open_file(engine, other, file.id)


def test_an_upload_is_audited(engine: Engine) -> None:
    ada = runner(engine, "ada")

    file = files.upload(engine, ada, [a_part()])

    (entry,) = entries_of(engine, ada.company_id)
    assert entry["action"] == "files.upload"
    assert (entry["actor"], entry["subject"]) == ("ada", file.id)
    assert entry["details"] == {"size": 5, "sha256": file.sha256}


def test_a_viewer_sends_nothing(engine: Engine) -> None:
    with pytest.raises(Denied):
        files.upload(engine, an_actor(engine, Role.VIEWER), [a_part()])

    assert on_disk(engine) == []


@pytest.mark.parametrize(
    "parts", [[], [a_part(filename=None)], [a_part(), a_part()], [a_part(), a_part(filename=None)]]
)
def test_one_file_is_sent_at_a_time(engine: Engine, parts: list[Part]) -> None:
    with pytest.raises(Invalid):
        files.upload(engine, an_actor(engine), parts)

    assert on_disk(engine) == []


def test_a_form_that_breaks_off_behind_its_file_leaves_nothing(engine: Engine) -> None:
    def breaking() -> Iterator[Part]:
        yield a_part()
        raise TooLarge

    with pytest.raises(TooLarge):
        files.upload(engine, an_actor(engine), breaking())

    assert on_disk(engine) == []
    assert engine.store.database["files"].count_documents({}) == 0


def test_whoever_may_view_a_play_fetches_its_files(stage: Stage) -> None:
    play_id = stage.accept(a_flow(READ))
    file = a_file(stage.engine, stage.company_id, b"Hello", play_id=play_id)

    assert content(stage.engine, an_actor(stage.engine, Role.VIEWER), file) == b"Hello"


def test_a_grant_on_the_flow_of_a_play_is_enough_and_one_on_another_is_not(stage: Stage) -> None:
    engine = stage.engine
    company = engine.store.companies.ensure("default", "Default")
    play_id = stage.accept(a_flow(READ, flow="mine"))
    stage.publish(a_flow(READ, flow="other"))
    file = a_file(engine, stage.company_id, b"Hello", play_id=play_id)
    people = {}
    for flow in ("mine", "other"):
        user = a_user(engine, company, f"{flow}@default.example", None)
        granted(engine, an_actor(engine), user, Right.VIEW, flow)
        people[flow] = known_as(engine, user, company)

    assert content(engine, people["mine"], file) == b"Hello"
    with pytest.raises(NotFound):
        files.open_file(engine, people["other"], file.id)


@pytest.mark.parametrize("file_id", ["f" * 24, "..", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there_is_not_found(engine: Engine, file_id: str) -> None:
    with pytest.raises(NotFound):
        files.open_file(engine, an_actor(engine), file_id)


def test_a_flow_is_run_with_the_file_that_was_sent(stage: Stage) -> None:
    ada = runner(stage.engine, "ada")
    stage.publish(a_flow(READ))
    file = files.upload(stage.engine, ada, [a_part()])

    play_id = plays.run(stage.engine, ada, "a-flow", {"file": file.value}).play_id
    perform(stage.engine, play_id)

    assert stage.load(play_id).output == {"text": "Hello", "base64": None}
    assert content(stage.engine, runner(stage.engine, "bob"), file) == b"Hello"  # it is the play's now


def test_a_flow_is_not_run_with_a_file_of_somebody_else(stage: Stage) -> None:
    stage.publish(a_flow(READ))
    file = files.upload(stage.engine, runner(stage.engine, "ada"), [a_part()])
    args = {"file": file.value, "more": [{**file.value, "id": "f" * 24}]}

    with pytest.raises(Invalid) as refused:
        plays.run(stage.engine, runner(stage.engine, "bob"), "a-flow", args)

    assert sorted(problem.path for problem in refused.value.problems) == ["args.file", "args.more[0]"]
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_a_file_value_that_was_changed_is_refused(stage: Stage) -> None:
    ada = runner(stage.engine, "ada")
    stage.publish(a_flow(READ))
    file = files.upload(stage.engine, ada, [a_part()])

    with pytest.raises(Invalid):
        plays.run(stage.engine, ada, "a-flow", {"file": {**file.value, "name": "other.txt"}})


def test_a_play_that_is_played_again_uses_its_files_and_others_that_are_the_actors(stage: Stage) -> None:
    ada, bob = runner(stage.engine, "ada"), runner(stage.engine, "bob")
    stage.publish(a_flow(READ))
    first, second = (files.upload(stage.engine, each, [a_part(each.name.encode())]) for each in (ada, bob))
    play_id = plays.run(stage.engine, ada, "a-flow", {"file": first.value}).play_id
    perform(stage.engine, play_id)

    again = [
        rerun.rerun(stage.engine, bob, play_id, Wanted(args=args)).play_id
        for args in (None, {"file": second.value})
    ]
    for each in again:
        perform(stage.engine, each)

    assert [stage.load(each).output["text"] for each in again] == ["ada", "bob"]
    third = files.upload(stage.engine, ada, [a_part()])
    with pytest.raises(Invalid):
        rerun.rerun(stage.engine, bob, play_id, Wanted(args={"file": third.value}))


def test_a_draft_is_tested_with_a_file(stage: Stage) -> None:
    admin = an_actor(stage.engine)
    stage.publish(a_flow(READ))
    file = files.upload(stage.engine, admin, [a_part()])

    outcome = draft_tests.test_draft(stage.engine, admin, "a-flow", Trial({"file": file.value}))
    perform(stage.engine, outcome.play_id)

    assert stage.load(outcome.play_id).output == {"text": "Hello", "base64": None}


def test_an_event_may_bring_a_file(stage: Stage) -> None:
    ada = runner(stage.engine, "ada")
    wait = {"ref": "wait", "appId": "wait-for-event", "args": {"key": "scan"}}
    play_id = stage.accept(a_flow(wait, {**READ, "args": {"file": "{{ $prev.wait }}"}}))
    perform(stage.engine, play_id)
    file = files.upload(stage.engine, ada, [a_part()])

    hands.send_event(stage.engine, ada, play_id, "scan", file.value)
    perform(stage.engine, play_id)

    assert stage.load(play_id).output == {"text": "Hello", "base64": None}
