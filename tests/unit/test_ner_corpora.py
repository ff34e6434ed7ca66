"""The sentences the names model learns from: marks, splits, variants, and how it is scored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from ner import corpora, variants
from ner.corpora import OWN_SENTENCES, Sentence, read_own_sentences, split_by_hash
from ner.figures import Score, labels_of, score
from newslens.entities.tagging import LABELS, Entity
from newslens.records import LANGUAGES

LEAST_SENTENCES = 1000
MARK = re.compile(r"\[\[([^\[\]|]+)\|(PER|ORG|LOC|PROD)\]\]")


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return list(read_own_sentences())


def write(folder: Path, *lines: str, monkeypatch: pytest.MonkeyPatch) -> list[Sentence]:
    (folder / "en.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    monkeypatch.setattr(corpora, "OWN_SENTENCES", folder)
    return list(read_own_sentences())


# --- reading


@pytest.mark.parametrize(
    ("line", "text", "spans"),
    [
        ("[[Acme|ORG]] paid.", "Acme paid.", ((0, 4, "ORG"),)),
        (
            "[[Acme|ORG]][[Orca-2|PROD]] by [[Li|PER]]",
            "AcmeOrca-2 by Li",
            ((0, 4, "ORG"), (4, 10, "PROD"), (14, 16, "PER")),
        ),
        ("他在[[台北|LOC]]。", "他在台北。", ((2, 4, "LOC"),)),
        ("No name, [sic] | 5", "No name, [sic] | 5", ()),
        ("[[O'Neil & Co.|ORG]]'s", "O'Neil & Co.'s", ((0, 12, "ORG"),)),
    ],
)
def test_marks_are_spans(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    text: str,
    spans: tuple[tuple[int, int, str], ...],
) -> None:
    [sentence] = write(tmp_path, line, monkeypatch=monkeypatch)
    assert (sentence.text, sentence.spans) == (text, spans)
    assert (sentence.language, sentence.source, sentence.products_marked) == ("en", "news_en", True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_well_formed(language: str) -> None:
    lines = (OWN_SENTENCES / f"{language}.txt").read_text("utf-8").splitlines()
    assert len(lines) >= LEAST_SENTENCES
    assert len(set(lines)) == len(lines)
    wrong = [n for n, line in enumerate(lines, 1) if not line.strip() or line != line.strip()]
    wrong += [n for n, line in enumerate(lines, 1) if re.search(r"\[\[|\]\]", MARK.sub(" ", line))]
    wrong += [n for n, line in enumerate(lines, 1) for mark in MARK.finditer(line) if mark[1] != mark[1].strip()]
    assert wrong == []


def test_spans_are_what_is_marked(sentences: list[Sentence]) -> None:
    lines = [line for path in sorted(OWN_SENTENCES.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == len(sentences)
    for line, sentence in zip(lines, sentences, strict=True):
        marked = [(mark[1], mark[2]) for mark in MARK.finditer(line)]
        assert [(sentence.text[a:b], label) for a, b, label in sentence.spans] == marked
        assert sentence.text == MARK.sub(r"\1", line)
        assert all(before[1] <= after[0] for before, after in pairwise(sentence.spans))


def test_every_language_and_label_is_there(sentences: list[Sentence]) -> None:
    found = Counter((s.language, label) for s in sentences for *_, label in s.spans)
    assert set(found) == {(language, label) for language in LANGUAGES for label in LABELS}
    assert all(any(not s.spans for s in sentences if s.language == language) for language in LANGUAGES)


# --- splits


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_is_kept_out_of_training(sentences: list[Sentence], language: str) -> None:
    splits = Counter(s.split for s in sentences if s.language == language)
    total = splits.total()
    assert splits["train"] / total == pytest.approx(2 / 3, abs=0.05)
    assert splits["dev"] / total == pytest.approx(1 / 6, abs=0.04)
    assert splits["test"] / total == pytest.approx(1 / 6, abs=0.04)


def test_a_sentence_keeps_its_split(sentences: list[Sentence]) -> None:
    assert [s.split for s in read_own_sentences()] == [s.split for s in sentences]
    texts = ("one", "two", "three", "nine", "")
    assert [split_by_hash(text) for text in texts] == ["train", "test", "train", "train", "test"]


def test_no_text_is_in_two_splits(sentences: list[Sentence]) -> None:
    splits: dict[str, set[str]] = {}
    for sentence in sentences:
        splits.setdefault(sentence.text, set()).add(sentence.split)
    assert [text for text, some in splits.items() if len(some) > 1] == []


# --- variants


def news(text: str, language: str, *spans: tuple[str, str], split: corpora.Split = "train") -> Sentence:
    places = tuple((text.index(name), text.index(name) + len(name), label) for name, label in spans)
    return Sentence(text, places, language, f"news_{language}", split, True)


def _varied(sentences: Sequence[Sentence], seed: int = 7) -> list[Sentence]:
    pytest.importorskip("jieba", reason="newslens[train] is not installed")
    return variants.variants(sentences, seed=seed)


def test_variants_come_of_training_sentences_alone(sentences: list[Sentence]) -> None:
    some = [s for s in sentences if s.split != "train"][:60]
    assert _varied(some) == []


def test_variants_keep_their_spans(sentences: list[Sentence]) -> None:
    found = _varied(sentences)
    assert {s.source.partition("_")[0] for s in found} == {"swapped", "other", "capitals", "small"}
    for sentence in found:
        assert sentence.split == "train"
        last = 0
        for start, end, label in sentence.spans:
            assert last <= start < end <= len(sentence.text)
            assert sentence.text[start:end].strip()
            assert label in LABELS
            last = end
    assert _varied(sentences) == found
    assert _varied(sentences, seed=8) != found


def test_the_same_name_is_swapped_alike(sentences: list[Sentence]) -> None:
    text = "甲公司说，甲公司会付款给乙公司。"
    twice = (
        *((m.start(), m.end(), "ORG") for m in re.finditer("甲公司", text)),
        (text.index("乙公司"), text.index("乙公司") + 3, "ORG"),
    )
    source = [Sentence(text, twice, "zh", "news_zh", "train", True)]
    own = [s for s in sentences if s.split == "train" and s.spans][:50]
    found = [varied for seed in range(5) for varied in _varied([*source, *own], seed)]
    swapped = [s for s in found if s.source == "swapped_news_zh" and "会付款给" in s.text]
    assert swapped
    for sentence in swapped:
        first, second, other = [sentence.text[a:b] for a, b, _ in sentence.spans]
        assert first == second
        assert sentence.text == f"{first}说，{first}会付款给{other}。"


def test_the_other_script_has_the_same_places() -> None:
    sentence = news("华为总裁任正非在深圳。", "zh", ("华为", "ORG"), ("任正非", "PER"), ("深圳", "LOC"))
    [other] = variants._other_script([sentence])
    assert (other.text, other.spans, other.source) == ("華爲總裁任正非在深圳。", sentence.spans, "other_script_zh")
    [back] = variants._other_script([other])
    assert (back.text, back.spans) == (sentence.text, sentence.spans)


# --- scores


def test_a_score_of_a_toy() -> None:
    sentences = [
        news("Acme hired Li in Pune.", "en", ("Acme", "ORG"), ("Li", "PER"), ("Pune", "LOC")),
        news("Orca costs 5 dollars.", "en", ("Orca", "PROD")),
        news("Nothing.", "en"),
    ]
    answers = [
        [Entity(0, 4, "ORG", 1.0), Entity(11, 13, "ORG", 1.0), Entity(17, 20, "LOC", 1.0)],  # a label, and an end wrong
        [Entity(0, 4, "PROD", 0.1)],
        [Entity(0, 7, "PER", 0.9)],
    ]
    assert score(sentences, lambda texts: answers, LABELS) == {
        "all": Score(2, 3, 2),
        "PER": Score(0, 1, 1),
        "ORG": Score(1, 1, 0),
        "LOC": Score(0, 1, 1),
        "PROD": Score(1, 0, 0),
    }
    assert score(sentences, lambda texts: answers, ("ORG", "PER"))["all"] == Score(1, 2, 1)


def test_f1_of_a_score() -> None:
    assert Score(2, 3, 2).f1 == pytest.approx(400 / 9)
    assert Score(5, 0, 0).f1 == 100
    assert Score(0, 0, 0).f1 == 0


def test_products_are_scored_on_our_own_sentences_alone() -> None:
    assert labels_of("news_zh") == LABELS
    assert labels_of("wikigold") == ("PER", "ORG", "LOC")
