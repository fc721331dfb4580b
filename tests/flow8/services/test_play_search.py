"""What a search finds plays by, beside their titles: why they failed."""

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.engine.engine import Engine
from flow8.engine.start import StartRequest, start_here
from flow8.services.play_filter import Filter
from flow8.services.plays import list_plays
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import FAILING, a_failed_play


def test_a_play_is_found_by_words_of_its_error_however_it_was_performed(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    queued = a_failed_play(stage)
    record = stage.publish(a_flow(*FAILING, flow="direct", name="Direct"))
    direct = start_here(engine, StartRequest(record, {}, Origin("test")), 10).play_id

    def found(text: str) -> list[str]:
        return [each["id"] for each in list_plays(engine, admin, Filter(text=text)).rows]

    both = sorted([queued, direct], reverse=True)
    assert found("CARD_DECLINED 402") == found("charge_card") == both
    assert found("1042 card_declined") == [queued]
    assert found("send_mail") == []
