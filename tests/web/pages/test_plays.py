"""The pages of plays."""

import html

import pytest

from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each, inside, value
from tests.support.web import Browser, Program


def play_of(program: Program, engine: Engine, *flowlets: dict[str, object], **changes: object) -> str:
    program.post("flows/import?publish=true", json=a_flow(*flowlets, **changes))
    play_id = str((program.post("flows/a-flow/run", json={}).json or {})["playId"])
    perform(engine, play_id)
    return play_id


def var(ref: str, value: object) -> dict[str, object]:
    return {"ref": ref, "appId": "var", "args": {"values": {"it": value}}}


def test_a_play_shows_its_layers_with_values(browser: Browser, program: Program, engine: Engine) -> None:
    play_id = play_of(program, engine, var("one", "first"), var("two", "{{ $prev.one.it | upper }}"))

    page = html.unescape(browser.get(f"/plays/{play_id}").text)

    summary, _, layers = page.partition("<h2>Layers</h2>")
    assert "FIRST" in summary
    assert layers.index("first") < layers.index("FIRST")
    assert "1 attempt" in layers


def test_an_error_comes_first_and_its_layer_is_open(
    browser: Browser, program: Program, engine: Engine
) -> None:
    play_id = play_of(program, engine, var("one", 1), var("two", "{{ 1 / 0 }}"))

    page = browser.get(f"/plays/{play_id}").text

    assert page.index("The play failed") < page.index("<h2>Layers</h2>")
    assert '<details id="two" open>' in page
    assert '<details id="one" >' in page


def test_a_condition_that_did_not_hold_shows_what_it_saw(
    browser: Browser, program: Program, engine: Engine
) -> None:
    rule = {"leftValue": "{{ 120 }}", "operator": "gt", "rightValue": 200}
    play_id = play_of(program, engine, var("one", 1), {**var("two", 1), "filters": [rule]})

    page = browser.get(f"/plays/{play_id}").text

    assert "Filtered" in page
    assert "<code>120</code> gt <code>200</code>" in page


def test_a_play_that_goes_on_renews_its_page_unless_told_not_to(browser: Browser, greeting: str) -> None:
    place = browser.send(f"/flows/{greeting}/run", {"arg.name": "Ada"}).headers["Location"]

    assert browser.get(place).headers["Refresh"] == "2"
    assert "Refresh" not in browser.get(f"{place}?refresh=off").headers


def test_a_long_value_is_cut_and_has_a_page_of_its_own(
    browser: Browser, program: Program, engine: Engine
) -> None:
    play_id = play_of(program, engine, var("one", "{{ 'ab' | repeat(5000) }}"))

    page = browser.get(f"/plays/{play_id}").text
    whole = browser.get(f"/plays/{play_id}/layers/one")

    assert "ab" * 4000 not in page
    assert f'href="/plays/{play_id}/layers/one"' in page
    assert whole.status_code == 200
    assert "ab" * 5000 in whole.text


@pytest.mark.parametrize("count", [1, 3])
def test_plays_are_listed_and_chosen(browser: Browser, program: Program, engine: Engine, count: int) -> None:
    made = [
        play_of(program, engine, var("one", 1), title="Number {{ $args.n ?? 'none' }}") for _ in range(count)
    ]

    everything = browser.get("/plays?state=&flow=a-flow")
    failed = browser.get("/plays?state=FAIL&flow=")

    assert all(f'href="/plays/{play_id}"' in everything.text for play_id in made)
    assert "There are no such plays" in failed.text
    assert 'value="FAIL" selected' in failed.text


def test_older_plays_are_one_link_away(browser: Browser, program: Program, engine: Engine) -> None:
    oldest = play_of(program, engine, var("one", 1))
    for _ in range(25):
        program.post("flows/a-flow/run", json={})

    first = browser.get("/plays?state=").text
    older = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])

    assert oldest not in first
    assert oldest in browser.get(older).text


def test_what_is_not_there_is_a_page_too(browser: Browser) -> None:
    for path in ("/plays/nobody", "/plays/nobody/layers/x", "/flows/nobody", "/plays?state=GONE", "/nowhere"):
        answer = browser.get(path)

        assert answer.status_code in (404, 422)
        assert answer.mimetype == "text/html"


def test_markup_in_values_is_never_markup_of_ours(browser: Browser, program: Program, engine: Engine) -> None:
    bad = "</pre><script>alert(1)</script>"
    play_id = play_of(program, engine, var("one", bad), title=bad)

    for path in (f"/plays/{play_id}", f"/plays/{play_id}/layers/one", "/plays"):
        assert "<script" not in browser.get(path).text


class TestLoops:
    """Loops on pages: a row with counts, and a page for the items."""

    @pytest.fixture
    def play_id(self, stage: Stage) -> str:
        """A play of a loop of which one item failed and one waits."""
        gate = {"filters": [{"leftValue": "{{ $item }}", "operator": "eq", "rightValue": 3}]}
        price = inside(value("price", {"n": "{{ 6 / $item }}"}))
        return stage.play(each([1, 0, 3, 4], onItemError="continue"), price, {**asked(), **gate}).id

    def test_a_loop_is_one_row_with_counts_and_its_flowlets_stand_below_it(
        self, browser: Browser, play_id: str
    ) -> None:
        page = browser.get(f"/plays/{play_id}?refresh=off").text

        assert "1 of 4 done, 1 failed, 1 under way" in " ".join(page.split())
        assert page.index('<details id="each"') < page.index('<details id="price"') < page.index('id="ok"')
        assert page.count("depth-1") == 2
        assert "1 waiting" in page
        assert f'href="/plays/{play_id}/layers/each/iterations"' in page
        assert f'href="/plays/{play_id}/layers/ok%232"' in page

    def test_its_items_are_listed_with_their_layers_and_errors(self, browser: Browser, play_id: str) -> None:
        page = browser.get(f"/plays/{play_id}/layers/each/iterations").text
        failed = browser.get(f"/plays/{play_id}/layers/each/iterations?state=FAIL&after=0").text

        assert all(f'href="/plays/{play_id}/layers/price%23{index}"' in page for index in (0, 1, 2))
        assert "price%230" not in failed
        assert "cannot divide" in failed or "zero" in failed

    def test_a_layer_of_an_item_has_a_page_that_leads_back_to_the_loop(
        self, browser: Browser, play_id: str
    ) -> None:
        page = browser.get(f"/plays/{play_id}/layers/price%230").text

        assert "<h1>price#0</h1>" in page
        assert "6.0" in page
        assert f'href="/plays/{play_id}/layers/each/iterations"' in page

    def test_long_loops_have_pages(self, browser: Browser, stage: Stage) -> None:
        play_id = stage.play(each(list(range(30))), inside(value("price", {})), flow="long").id
        first = browser.get(f"/plays/{play_id}/layers/each/iterations").text
        more = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])

        assert "price%2324" in first
        assert "price%2325" not in first
        assert "price%2329" in browser.get(more).text

    def test_an_inner_loop_leads_to_its_outer_one(self, browser: Browser, stage: Stage) -> None:
        inner = each([1, 2], ref="inner", flowlet={"inside": "each"})
        play_id = stage.play(each([1]), inside(value("cell", {}), "inner"), inner, flow="nested").id

        page = browser.get(f"/plays/{play_id}/layers/inner%230/iterations").text

        assert f'href="/plays/{play_id}/layers/cell%230%231"' in page
        assert f'href="/plays/{play_id}/layers/each/iterations"' in page
        assert browser.get(f"/plays/{play_id}/layers/cell/iterations").status_code == 404
