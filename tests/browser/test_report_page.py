"""The report in a real browser: filter, sort, open a claim, see the mark; and nothing that an article says can act."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Inputs, ingest
from newslens.report import write_report
from newslens.store import open_store

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("NEWSLENS_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}

HOSTILE = """<script>window.hacked = 1</script>"><img src=x onerror="window.hacked = 2">

DeepSeek says <script>window.hacked = 3</script> it trained V3 for about $5.6 million. "onmouseover="window.hacked=4" x="
OpenAI's GPT-4 cost $78 million to train, </script><script>window.hacked = 5</script> javascript:alert(6) wrote.
DeepSeek trained V3 for $9 billion, <!-- <svg onload=window.hacked=7> --> a blog says.
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("NEWSLENS_TEST_CHROMIUM") == "required":
            pytest.fail(f"no Chromium at {CHROMIUM}")
        pytest.skip(f"no Chromium at {CHROMIUM}: apt install chromium, or set NEWSLENS_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The seeds' report in each language, and one of an article that attacks it."""
    folder = tmp_path_factory.mktemp("reports")
    hostile = folder / "hostile.jsonl"
    articles = [
        {"url": "javascript:alert(1)//a", "text": HOSTILE, "title": "<script>alert(1)</script>", "outlet": '"><b onmouseover=alert(2)>'},
        {"url": 'https://example.org/"onmouseover="alert(3)', "text": "DeepSeek-V3 cost $5.576 million to train.", "outlet": "A&B <i>"},
        {"url": "https://example.org/b", "text": "Training DeepSeek-V3 cost $50 million in all, they say.", "outlet": "C"},
    ]  # fmt: skip
    hostile.write_text("\n".join(map(json.dumps, articles)), "utf-8")
    found = {}
    for name, path in (("seeds", ROOT / "seeds"), ("hostile", hostile)):
        with open_store(folder / f"{name}.db", create=True) as store:
            ingest(Inputs(paths=(path,)), store)
            for language in ("en", "fr", "zh"):
                page = folder / f"{name}.{language}.html"
                write_report(store, page, language=language)
                found[f"{name}.{language}"] = page
    return found


class Watched:
    """A page with all that it logged and asked for."""

    def __init__(self, browser: Any, path: Path, size: str = "desk") -> None:
        width, height = WIDTHS[size]
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.complaints = list[str]()
        self.requests = list[str]()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def rows(self) -> list[str]:
        return self.page.locator("#rows tr").all_inner_texts()

    def check_quiet(self) -> None:
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith(("file:", "data:"))] == []


@pytest.fixture
def watch(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:
    opened = list[Watched]()

    def watch(name: str, size: str = "desk") -> Watched:
        opened.append(Watched(browser, reports[name], size))
        return opened[-1]

    yield watch
    for one in opened:
        one.check_quiet()
        one.context.close()


def test_filters_leave_the_claims_that_fit(watch: Any) -> None:
    seen = watch("seeds.en")
    everything = len(seen.rows())
    assert everything > 30
    seen.page.select_option("#f-type", "token_price")
    assert len(seen.rows()) == 2
    seen.page.select_option("#f-type", "")
    seen.page.fill("#f-text", "maginot numérique")
    assert len(seen.rows()) == 1
    seen.page.fill("#f-text", "no such words")
    assert seen.rows() == []
    assert seen.page.inner_text("#shown") == "No claim fits."
    seen.page.fill("#f-text", "")
    assert len(seen.rows()) == everything
    seen.page.select_option("#f-stance", "slip")
    slips = seen.rows()
    assert len(slips) == 2
    assert any("572" in row for row in slips) and any("Stargate" in row for row in slips)


def test_a_click_on_a_heading_sorts_and_another_turns_round(watch: Any) -> None:
    seen = watch("seeds.en")
    seen.page.select_option("#f-type", "training_cost")
    head = seen.page.locator("th[data-key=size]")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    rising = seen.rows()
    assert "$5M" in rising[0]
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert seen.rows()[-1] == rising[0]


@pytest.mark.parametrize("size", WIDTHS)
def test_a_number_opens_its_sentence_with_the_quote_marked(watch: Any, size: str) -> None:
    seen = watch("seeds.en", size)
    seen.page.fill("#f-text", "demi-milliard")
    seen.page.locator("#rows a.num").click()
    dialog = seen.page.locator("dialog#claim")
    assert dialog.is_visible()
    assert dialog.locator("mark").inner_text() == "un demi-milliard de dollars"
    assert "ligne Maginot" in dialog.locator("blockquote").inner_text()
    facts = dialog.locator("dl").inner_text()
    assert "seeds/004" in facts and "Modality\nstated" in facts and "×1000 off" in facts
    seen.page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_claim_tells_who_says_so(watch: Any) -> None:
    seen = watch("seeds.en")
    seen.page.fill("#f-text", "en proie à des problèmes de gouvernance")
    seen.page.locator("#rows a.num").click()
    facts = seen.page.locator("dialog#claim dl").inner_text()
    assert "Attributed to\nArnaud Bertrand" in facts and "Modality\nreported" in facts


def test_headlines_conflicts_and_charts_lead_to_claims(watch: Any) -> None:
    seen = watch("seeds.en")
    for part in ("#glance", "#conflicts", "#chart-cost", "#chart-price", "#chart-chips", "#chart-moves"):
        seen.page.locator(f"{part} a.num").first.click()
        assert seen.page.locator("dialog#claim mark").is_visible(), part
        seen.page.locator("dialog .close").click()
    address = seen.page.locator("#conflicts a.num").first.get_attribute("href")
    seen.page.goto(seen.page.url.partition("#")[0] + address)
    assert seen.page.locator("dialog#claim mark").is_visible()


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_nothing_is_wider_than_the_screen(watch: Any, language: str, size: str) -> None:
    page = watch(f"seeds.{language}", size).page
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[size][0]
    assert page.evaluate("document.documentElement.lang")[:2] == language


def test_the_keyboard_reaches_all_and_every_chart_has_words_and_a_table(watch: Any) -> None:
    page = watch("seeds.en").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for chart in page.locator("figure.chart").all():
        described = chart.get_attribute("aria-describedby")
        assert len(page.locator(f"#{described}").inner_text()) > 40
        chart.locator("summary").press("Enter")
        assert chart.locator("table tbody tr").count() > 0
    assert page.locator("input:not([type=hidden]), select").count() == page.locator("label input, label select").count()


def test_text_stands_out_from_its_ground(watch: Any) -> None:
    """Every text has the contrast that WCAG 2.2 AA asks for: 4.5, or 3 where it is large."""
    poor = watch("seeds.en").page.evaluate(
        """() => {
          const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b; };
          const parse = (text) => text.match(/[\\d.]+/g).map(Number);
          const ground = (one) => { for (; one; one = one.parentElement) { const c = parse(getComputedStyle(one).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
          return [...document.querySelectorAll("body *")].filter((one) => one.offsetParent !== null &&
              [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())).filter((one) => {
            const style = getComputedStyle(one), a = light(parse(style.color).slice(0, 3)), b = light(ground(one));
            const large = parseFloat(style.fontSize) >= 24;
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < (large ? 3 : 4.5);
          }).map((one) => one.tagName + "." + one.className + ": " + one.textContent.slice(0, 30));
        }"""
    )
    assert poor == []


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_what_an_article_says_can_do_nothing(watch: Any, language: str) -> None:
    page = watch(f"hostile.{language}").page
    assert len(page.locator("#rows tr").all()) >= 4
    for number in page.locator("main a.num").all():
        number.scroll_into_view_if_needed()
        number.click()
        for part in page.locator("dialog h2, dialog mark, dialog dd").all():
            part.hover(force=True)
        page.keyboard.press("Escape")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.scripts.length") == 2
    assert page.locator("img, iframe, object, embed, b, i").count() == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].some((e) => [...e.attributes].some((a) => /^on/.test(a.name)))"
        )
        is False
    )
    targets = page.evaluate("[...document.querySelectorAll('a')].map((a) => a.protocol)")
    assert set(targets) <= {"file:", "https:", "http:"}


def test_only_web_addresses_become_links(watch: Any) -> None:
    page = watch("hostile.en").page
    page.fill("#f-text", "they say")
    page.locator("#rows a.num").click()
    assert page.locator("dialog dd a").get_attribute("href") == "https://example.org/b"
    page.keyboard.press("Escape")
    page.fill("#f-text", "window.hacked = 3")
    page.locator("#rows a.num").first.click()
    assert page.locator("dialog dd a").count() == 0
    assert page.locator("dialog dl").inner_text().count("<script>alert(1)</script>") == 1


def test_the_policy_holds_even_against_a_script_put_in_by_hand(
    browser: Any, reports: dict[str, Path], tmp_path: Path
) -> None:
    page = reports["seeds.en"].read_text("utf-8").replace("</main>", "</main><script>window.hacked = 1</script>")
    path = tmp_path / "tampered.html"
    path.write_text(page, "utf-8")
    seen = Watched(browser, path)
    assert seen.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)
    seen.context.close()


def test_the_page_prints(watch: Any) -> None:
    page = watch("seeds.en").page
    assert page.pdf()[:5] == b"%PDF-"
