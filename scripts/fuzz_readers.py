"""Hypothesis on the quantity grammar, the pipeline and each reader, for as long as is asked: every finding is minimal."""

# ruff: noqa: E501 - lists of odd pieces are read better in few lines
from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from newslens import batch
from newslens.errors import ArticleUnreadable, FetchFailed
from newslens.ingest import READERS, read_articles
from newslens.records import LANGUAGES, Article
from newslens.store.interface import Failure

ROOT = Path(__file__).resolve().parent.parent

NUMERALS = (
    "5", "5.6", "5,6", "2,000", "2 000", "2\u202f000", "93 000", "1.234.567", "0", "00", "½", "1/2", "3/4", "９", "１２", "⑤", "٣",
    "1e9", "-13", "−13", "+5", "~5", "5+", "XII", "un", "deux", "vingt-cinq", "quatre-vingt-dix-sept", "one", "two hundred",
    "half a", "un demi-", "a", "a dozen", "dozens of", "des", "tens of", "hundreds of", "数十", "两", "三千五百", "5万", "6000亿", "万",
    "亿", "半", "一", "百分之五", "三分之一", "3折", "对折", "12倍", "第三", "9" * 320, "0." + "0" * 50 + "1",
)  # fmt: skip
UNITS = (
    "$", "US$", "€", "£", "¥", "HK$", "USD", "dollars", "dollars américains", "euros", "yuan", "元", "美元", "港元", "RMB", "cents", "¢",
    "%", " %", "percent", "pour cent", "points", "个百分点", "million", "millions de", "milliards", "billion", "trillion", "bn", "M", "Md",
    "K", "chips", "puces", "GPUs", "H800", "Nvidia H800", "块H800", "张", "tokens", "per million tokens", "par million de jetons",
    "每百万token", "per month", "/mois", "每月", "per year", "an hour", "GPU hours", "parameters", "参数", "users", "utilisateurs", "times",
    "fois moins", "x", "倍", "cheaper than", "a share", "an hour per GPU",
)  # fmt: skip
WORDS = (
    "about", "environ", "près de", "约", "more than", "plus de", "超过", "less than", "moins de", "不到", "up to", "jusqu'à", "高达", "to", "à",
    "et", "and", "至", "-", "–", "/", "(", ")", "[", "|", "DeepSeek", "DeepSeek-R1", "OpenAI", "GPT-4", "深度求索", "英伟达", "cost", "coûté",
    "training", "formé", "训练", "fell", "perdu", "下跌", "said", "selon", "据", "if", "could", ".", ",", "。", "，", "\n", "\n\n", "- ", "# ",
    "\u200b", "\u202e", "\u00ad", "\ufeff", "\xa0", "in 2025", "le 27 janvier", "2025年", "https://a.example/5", "o1", "3.5", "the", "la", "的",
)  # fmt: skip

PHRASES = st.lists(
    st.tuples(st.sampled_from(NUMERALS + UNITS + WORDS), st.sampled_from(("", " ", " ", "\u202f"))).map("".join),
    max_size=25,
).map("".join)
TEXTS = st.one_of(
    PHRASES, PHRASES, st.text(max_size=80), st.tuples(PHRASES, st.text(max_size=10), PHRASES).map("".join)
)
SAMPLES = [path.read_bytes()[:1500] for path in sorted((ROOT / "seeds").glob("*.txt"))]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("text", "title", "url", "id", "x")), inner)
    ),
    max_leaves=8,
)


@st.composite
def byte_files(draw: st.DrawFn) -> bytes:
    """Bytes that are nearly a file of some format."""
    import json

    start: bytes = draw(
        st.one_of(
            st.binary(max_size=300),
            TEXTS.map(lambda text: text.encode(errors="surrogatepass")),
            st.lists(JSON, max_size=4).map(lambda rows: "\n".join(map(json.dumps, rows)).encode()),
            JSON.map(lambda value: json.dumps(value).encode()),
            TEXTS.map(lambda text: f'text,title\n"{text}",x\n{text}'.encode(errors="replace")),
            TEXTS.map(
                lambda text: f"<html><head><title>{text}</title><body><p>{text}</p><p>{text}".encode(errors="replace")
            ),
            st.sampled_from(SAMPLES),
        )
    )
    encoding = draw(
        st.sampled_from((None, None, None, "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5", "cp1252"))
    )
    if encoding:
        start = start.decode("utf-8", "replace").encode(encoding, "replace")
    data = bytearray(start)
    for position, byte in draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4)):
        if data:
            data[position % len(data)] = byte
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def check_quantities(text: str, language: str) -> None:
    """Every quantity lies in the text, in order, with sound bounds."""
    from newslens import find_quantities

    for quantity in find_quantities(text, language=language):
        assert 0 <= quantity.start < quantity.end <= len(text), quantity
        low, high = quantity.value_low, quantity.value_high
        assert low is not None or high is not None, quantity
        assert low is None or high is None or low <= high, quantity


def check_pipeline(text: str, language: str | None) -> None:
    """No text breaks the extractor, or makes it break a promise about a claim."""
    text = text.encode("utf-8", "replace").decode()
    result = batch.extract_article(batch.pipeline_extractor(), Article(source="x", text=text, language=language))
    assert not isinstance(result, Failure), result


def check_reader(data: bytes, suffix: str) -> None:
    """A file of any bytes gives articles that can be stored, and errors that name it, none of them a bug."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        path.write_bytes(data)
        problems: list[ArticleUnreadable] = []
        for article in read_articles([path], on_error=problems.append, max_article_bytes=100_000):
            article.text.encode()
            article.source.encode()
            assert article.text.strip(), article
            assert "\0" not in article.text, article
    for problem in problems:
        assert "this is a bug" not in (problem.hint or ""), problem
        assert "\n" not in problem.message, problem


def check_web(data: bytes) -> None:
    """Feeds, rules for robots, packed bodies: of any bytes."""
    from newslens.fetch.bodies import unpacked
    from newslens.fetch.feeds import read_feed
    from newslens.fetch.fetcher import Answer, Validators
    from newslens.fetch.robots import Robots

    url = "https://a.example/feed"
    with suppress(FetchFailed):
        for entry in read_feed(Answer(url, data, "application/xml", Validators(url))):
            assert entry.title is None or "\0" not in entry.title, entry
    Robots(data.decode("utf-8", "replace")).allows(url, "newslens")
    with suppress(FetchFailed):
        assert len(unpacked(url, [data[:7], data[7:]], 1000)) <= 1000


def check_dates(text: str) -> None:
    """Any text is a date or none."""
    from newslens.ingest.dates import read_date
    from newslens.ingest.headers import read_head

    read_date(text)
    read_head(text)


CHECKS: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
    "quantities": (check_quantities, {"text": TEXTS, "language": st.sampled_from(LANGUAGES)}),
    "pipeline": (check_pipeline, {"text": TEXTS, "language": st.sampled_from((None, *LANGUAGES))}),
    "readers": (check_reader, {"data": byte_files(), "suffix": st.sampled_from([*READERS, ".txt.gz", ".jsonl.gz"])}),
    "web": (
        check_web,
        {
            "data": byte_files()
            | TEXTS.map(lambda t: f"<rss version='2.0'><channel><item><title>{t}".encode(errors="replace"))
        },
    ),
    "dates": (
        check_dates,
        {"text": TEXTS | st.from_regex(r"[0-9]{1,4}[-/. 年]{1,2}[0-9]{1,2}[-/. 月]{0,2}[0-9]{0,4}[日T ]?.{0,12}")},
    ),
}


@dataclass
class Fuzzed:
    """What some minutes of it came to."""

    seconds: float = 0.0
    examples: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def fuzz(seconds: float, *, number: int = 0, at_once: int = 100) -> Fuzzed:
    """Run the checks in turn until the time is over; each finding is the smallest example of its kind."""
    found, started = Fuzzed(), time.monotonic()
    for round_number in _forever(number):
        for name, (check, arguments) in CHECKS.items():
            found.examples[name] = found.examples.get(name, 0)
            problem = _run(check, arguments, round_number, at_once, found.examples, name)
            kinds = {": ".join(known.split(": ")[:2]) for known in found.findings}
            if problem and ": ".join(problem.split(": ")[:2]) not in kinds:
                found.findings.append(problem)
            found.seconds = time.monotonic() - started
            if found.seconds > seconds:
                return found
    raise AssertionError("never")


def _run(
    check: Callable[..., None],
    arguments: dict[str, Any],
    number: int,
    at_once: int,
    examples: dict[str, int],
    name: str,
) -> str | None:
    def counted(**values: Any) -> None:
        examples[name] += 1
        check(**values)

    phases = (Phase.generate, Phase.shrink)
    quiet = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ]
    run = settings(max_examples=at_once, deadline=None, database=None, phases=phases, suppress_health_check=quiet)
    try:
        seed(number)(run(given(**arguments)(counted)))()
    except Exception as error:  # noqa: BLE001 - a finding, whatever it is
        notes = " ".join(getattr(error, "__notes__", ()))
        return f"{name}: {type(error).__name__}: {str(error)[:400]} {notes[:600]} {traceback.format_exc()[-600:]}"
    return None


def _forever(number: int) -> Iterator[int]:
    while True:
        yield number
        number += 1
