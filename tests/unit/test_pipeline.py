"""The whole way from an article to its claims: offsets, identity, languages, conversion, any text at all."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gold_sets import ROOT, read_set
from newslens import Article, Claim, Quantity, extract, find_quantities
from newslens.errors import SettingsError
from newslens.pipeline import EXTRACTOR_VERSION, explain, identify, warm_up
from newslens.records import LANGUAGES, stable_id

SEEDS = sorted(ROOT.joinpath("seeds").glob("*.txt"))
COST = "L'entraînement de DeepSeek-V3 a coûté 5,6 millions d'euros."
SAMPLES = {
    "en": "DeepSeek-V3 cost $5.6 million to train on 2,048 chips, about 90% less than GPT-4.",
    "fr": "DeepSeek-V3 a coûté 5,6 millions de dollars sur 2 048 puces, 90 % de moins que GPT-4.",
    "zh": "DeepSeek-V3使用2048块芯片，训练成本为557.6万美元，比GPT-4低90%。",
}
# Pieces that look like figures, names and layout: put together at random they reach most of the reading.
PIECES = {
    "en": "$5; million;%;2,048 ;chips;DeepSeek; o1 ;about ;per 1M tokens ;fell ;30 times cheaper;said ;a month;1e9",
    "fr": "5 €; millions; %;2 048 ;puces;DeepSeek;près de ;par million de jetons ;chute de ;30 fois moins cher;selon ",
    "zh": "5;万;亿美元;%;2048块;芯片;DeepSeek;约;每百万tokens;下跌;，;（;）;高达;便宜30倍;据;称;：;三十分之一;多;+",
}
LAYOUT = ["| ", "\n", "|---|", ", ", "(", ")", "- ", ": ", "> ", "# ", "**"]


def check(claims: list[Claim], text: str) -> None:
    """Assert what holds of the claims of any text."""
    for claim in claims:
        assert text[claim.char_start : claim.char_end] == claim.quote
        assert claim.quote.strip() == claim.quote != ""
        assert claim.quote in claim.sentence
        assert 0 <= claim.confidence <= 1
        assert Claim.model_validate(claim.model_dump()) == claim
    assert [c.char_start for c in claims] == sorted(c.char_start for c in claims)
    spans = Counter((c.char_start, c.char_end, c.claim_type) for c in claims)
    assert set(spans.values()) <= {1}
    assert len({c.claim_id for c in claims}) == len(claims)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_seeds_keep_their_offsets_and_read_the_same_twice(path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    first = extract(text)
    assert first
    check(first, text)
    assert extract(text) == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_passages_keep_their_offsets(language: str) -> None:
    articles = read_set(f"{language}/tune")[::2]
    assert len(articles) > 20
    for article in articles:
        check(extract(article.text, language=language, title=article.title), article.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_is_read_in_its_language(language: str) -> None:
    text = SAMPLES[language]
    assert {c.claim_type for c in extract(text)} == {"training_cost", "chip_count", "cost_ratio"}
    assert extract(text) == extract(text, language=language)
    assert {c.language for c in extract(text)} == {language}


def test_an_id_stands_for_text_span_and_type_alone() -> None:
    one = extract(Article(source="a.txt", text=COST), language="fr", published_at=date(2025, 1, 27))
    other = extract(Article(source="b/c.txt", text=COST, outlet="Le Fil"), language="fr")
    assert [c.claim_id for c in one] == [c.claim_id for c in other]
    [claim] = one
    assert claim.claim_id == stable_id(claim.article_id, claim.char_start, claim.char_end, "training_cost")
    assert claim.claim_id == "6b01c6d60731c7edee25"


def test_a_claim_carries_what_is_known_of_its_article() -> None:
    article = Article(source="a.txt", text=COST, title="Le prix", outlet="Le Fil", published_at=date(2025, 1, 27))
    [claim] = extract(article)
    assert (claim.source, claim.title, claim.outlet, claim.published_at) == (
        "a.txt", "Le prix", "Le Fil", date(2025, 1, 27),
    )  # fmt: skip
    assert (claim.article_id, claim.extractor_version) == (article.article_id, EXTRACTOR_VERSION)
    assert claim.group_id is None


def test_arguments_win_over_the_article() -> None:
    article = Article(source="a.txt", text="Training cost $3 million.", title="GPT-4", language="fr")
    [claim] = extract(article, language="en", title="o1 and its price")
    assert (claim.title, claim.subject, claim.language) == ("o1 and its price", "o1", "en")


@pytest.mark.parametrize("text", ["", " \n\t ", "1234567890", "12.5 / 17 / 2024-01-01", "!?…", "。，、"])
def test_a_text_without_words_has_no_claims(text: str) -> None:
    assert extract(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Das Training von DeepSeek-V3 kostete nach Angaben des Unternehmens nur 5,6 Millionen Dollar.",
        "El entrenamiento de DeepSeek-V3 costó 5,6 millones de dólares, según la empresa, con 2.048 chips de Nvidia.",
        "DeepSeek-V3の学習には約560万ドルの費用がかかり、2048個のチップが使われたと同社は述べている。",
    ],
    ids=["de", "es", "ja"],
)
def test_other_languages_are_not_read(text: str) -> None:
    assert identify(Article(source="-", text=text)).language not in LANGUAGES
    assert extract(text) == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"unknown language: `pt`") as caught:
        extract(COST, language="pt")
    assert caught.value.hint == "known: fr, en, zh"
    assert caught.value.exit_code == 2


def test_find_quantities_refuses_an_unknown_language() -> None:
    with pytest.raises(SettingsError, match="pt"):
        find_quantities("5 euros", language="pt")


def test_find_quantities_gives_every_quantity() -> None:
    text = "In 3 days it paid about $5.6 million for 2,048 chips, 10 to 20% less."
    found = find_quantities(text, language="en")
    assert all(isinstance(q, Quantity) for q in found)
    assert [(text[q.start : q.end], q.value_low, q.value_high, q.bound, q.unit) for q in found if q.unit] == [
        ("$5.6 million", Decimal(5_600_000), Decimal(5_600_000), "approx", "USD"),
        ("2,048 chips", Decimal(2048), Decimal(2048), "exact", "chip"),
        ("10 to 20%", Decimal(10), Decimal(20), "range", "percent"),
    ]
    assert find_quantities("", language="zh") == []


def test_money_is_converted_by_the_day_of_the_article() -> None:
    [dated] = extract(COST, published_at=date(2025, 1, 27))
    assert (dated.value_low, dated.unit) == (5_600_000, "EUR")
    assert dated.value_low_usd == dated.value_high_usd == Decimal(5_896_800)
    [undated] = extract(COST)
    assert (undated.value_low_usd, undated.value_high_usd) == (None, None)


def test_dollars_need_no_date_and_counts_no_conversion() -> None:
    money, chips = extract("DeepSeek-V3 cost over $5.6 million to train. It took 2,048 chips.", language="en")
    assert (money.value_low_usd, money.value_high_usd) == (5_600_000, None)
    assert (chips.value_low_usd, chips.value_high_usd) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_explaining_gives_the_claims_of_extract_with_a_reason_for_each_decision(language: str) -> None:
    article = Article(source="-", text=SAMPLES[language])
    explanations = explain(article)
    assert [e.claim for e in explanations] == extract(article)
    for claim, reasons in ((e.claim, {r.decision: r for r in e.reasons}) for e in explanations):
        decided = {"type", "subject", "source", "modality"}
        decided |= {"object"} if claim.claim_type in ("chip_count", "cost_ratio") else set()
        assert decided <= set(reasons) <= decided | {"value"}
        assert reasons["type"].choice == claim.claim_type
        assert reasons["subject"].choice == (claim.subject or "none")
        assert reasons["modality"].choice == claim.modality
        assert all(0 < r.score <= 1 and r.because for r in reasons.values() if r.choice != "none")
        sure = reasons["type"].score * reasons["subject"].score
        assert claim.confidence == pytest.approx(sure, abs=0.002)


def test_warming_up_twice_does_no_harm() -> None:
    warm_up()
    warm_up()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_of_articles_in_any_order_are_read(language: str) -> None:
    @given(st.lists(st.sampled_from(PIECES[language].split(";") + LAYOUT), max_size=30).map("".join))
    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def read(text: str) -> None:
        check(extract(text, language=language), text)

    read()


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_at_all_is_read(language: str) -> None:
    @given(st.text(max_size=60))
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def read(text: str) -> None:
        claims = extract(f"{SAMPLES[language]}\n{text}", language=language)
        check(claims, f"{SAMPLES[language]}\n{text}")

    read()


def test_a_quote_stays_within_its_sentence() -> None:
    [claim] = extract("DeepSeek-V3的训练成本为3亿\n亿美元市场在增长。", language="zh")
    assert claim.quote in claim.sentence


@pytest.mark.xfail(strict=True, reason="text wrapped in the middle of a sentence is read line by line")
def test_a_figure_wrapped_over_two_lines_is_read() -> None:
    [claim] = extract("DeepSeek-V3 cost 5.6 million\ndollars to train.", language="en")
    assert claim.value_low == 5_600_000


def test_a_sentence_too_long_to_be_one_is_not_repeated_with_each_figure() -> None:
    text = "The company said that the training of the model cost $5 million" + ", the other one $6 million" * 400 + "."
    claims = extract(text, language="en")
    assert len(claims) > 300
    for claim in claims:
        assert text[claim.char_start : claim.char_end] == claim.quote
        assert claim.quote in claim.sentence
        assert claim.sentence in text
        assert len(claim.sentence) <= 2_000 + len(claim.quote)
