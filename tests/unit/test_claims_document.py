"""An article laid out: headings, table cells, sentences by language, names and cue words in their places."""

from __future__ import annotations

import pytest
from claim_documents import known_gap, lay_out, scene_of

from newslens import Claim, extract
from newslens.claims.document import Document, Line
from newslens.entities.names import load_names
from newslens.languages.detect import split_passages

MIXED = """DeepSeek-V3 was trained on 2,048 chips, the company wrote in its report published in December. \
It is the first of its kind, and the makers of other models were surprised by how little it cost.

Selon le groupe chinois, l'entraînement de DeepSeek-V3 a coûté 5,6 millions de dollars au total, \
soit bien moins que ses rivaux américains.

根据这份技术报告，DeepSeek-V3的训练成本为557.6万美元，远低于美国竞争对手的投入。"""


def texts(document: Document) -> list[str]:
    return [document.view.text[line.start : line.end] for line in document.lines]


def cells(document: Document, line: Line) -> list[tuple[str | None, ...]]:
    text = document.view.text
    return [
        tuple(None if span is None else text[slice(*span)].strip() for span in (cell.span, cell.header, cell.label))
        for cell in line.cells
    ]


@pytest.mark.parametrize(
    ("text", "language", "headings"),
    [
        ("# Prices\n\nPrices fell.", "en", ["Prices"]),
        known_gap("a line in bold is no heading", "Read on.\n\n**Prices**\n\nPrices fell.", "en", ["Prices"]),
        ("What it costs:\n- $3 to train.\n- $5 to run.", "en", ["What it costs:"]),
        ("The price fell.\nIt fell again.", "en", []),
        ("Les prix\n\nLes prix ont baissé.", "fr", ["Les prix"]),
        ("【价格】\n价格下调。", "zh", ["【价格】"]),
        ("价格下调。成本也下降。", "zh", []),
        ("By Ana Moreau\n\nPrices fell.", "en", []),
        ("By model\n\nPrices fell.", "en", ["By model"]),
        ("（图片来源：视觉中国）\n价格下调。", "zh", []),
        ("（一）训练成本\n价格下调。", "zh", ["（一）训练成本"]),
        ("Image generation prices\n\nPrices fell.", "en", ["Image generation prices"]),
        ("12\n\nPrices fell.", "en", []),
        ("- a list item without a full stop\n- another", "en", []),
        ("x" * 91 + "\n\nPrices fell.", "en", []),
    ],
)
def test_headings_are_short_lines_of_their_own(text: str, language: str, headings: list[str]) -> None:
    document = lay_out(text, language)
    found = [t for t, line in zip(texts(document), document.lines, strict=True) if line.is_heading]
    assert [t.strip("#* ") for t in found] == headings


def test_each_line_knows_the_heading_above_it() -> None:
    document = lay_out("# Costs\n\nOne thing. Another.\n\n# Chips\n\nA third.", "en")
    above = [None if line.heading is None else texts(document)[line.heading] for line in document.lines]
    assert above == [None, "# Costs", "# Costs", "# Costs", "# Chips"]


def test_cells_know_their_header_and_label() -> None:
    document = lay_out("| Model | Cost ($M) |\n|:--|--:|\n| GPT-4 | 78 |\n| o1 | |", "en")
    assert cells(document, document.lines[2]) == [("GPT-4", "Model", None), ("78", "Cost ($M)", "GPT-4")]
    assert cells(document, document.lines[3])[0] == ("o1", "Model", None)
    assert document.lines[2].cell_of(0) is None


def test_a_table_without_rule_takes_its_first_row_as_header() -> None:
    document = lay_out("| Model | GPUs |\n| GPT-4 | 25,000 |", "en")
    assert cells(document, document.lines[1])[1] == ("25,000", "GPUs", "GPT-4")


def test_a_header_ends_with_its_table() -> None:
    document = lay_out("| Model | GPUs |\n|---|---|\n| o1 | 5 |\n\nPrices fell.\n\n| o1 | 7 |", "en")
    assert cells(document, document.lines[-1])[1][1:] == (None, "o1")


def test_sentences_are_split_and_lie_in_order() -> None:
    document = lay_out("It cost $5.6 million. Dr. Roe, who paid, said so. 价格", "en")
    assert texts(document)[:2] == ["It cost $5.6 million.", "Dr. Roe, who paid, said so."]
    assert [line.index for line in document.lines] == list(range(len(document.lines)))
    assert all(a.end <= b.start for a, b in zip(document.lines, document.lines[1:], strict=False))


def test_names_numbers_are_no_quantities() -> None:
    document = lay_out("Llama 3 405B and QwQ-32B ran on H800 chips while the S&P 500 fell 2%.", "en")
    [line] = document.lines
    assert [document.view.text[q.start : q.end] for q in line.quantities] == ["2%"]
    assert [m.kind for m in line.mentions] == ["model", "model", "chip", "index"]


def test_line_at_and_mentions_in_look_places_up() -> None:
    text = "OpenAI spoke.\n\nThen Nvidia did."
    document = lay_out(text, "en")
    at = text.index("Nvidia")
    line = document.line_at(at)
    assert line is not None
    assert [m.name for m in line.mentions] == ["Nvidia"]
    assert document.line_at(text.index("\n\n") + 1) is None
    assert [m.name for m in document.mentions_in(0, at)] == ["OpenAI"]


def test_cues_are_found_in_their_line_only() -> None:
    document = lay_out("Training was cheap. Revenue rose.", "en")
    first, second = (document.cues(line) for line in document.lines)
    assert "train" in first
    assert "train" not in second
    assert document.cues(document.lines[0]) is first


def test_the_title_lends_its_names() -> None:
    document = lay_out("Training cost $3 million.", "en", "GPT-4 and its bill")
    assert [m.name for m in document.title_mentions] == ["GPT-4"]
    [claim] = extract("Training cost $3 million.", language="en", title="GPT-4 and its bill")
    assert claim.subject == "GPT-4"


def test_passages_are_read_each_in_its_language() -> None:
    document = Document(MIXED, split_passages(MIXED, "en"), load_names())
    assert [line.pack.code for line in document.lines] == ["en", "en", "fr", "zh"]
    found = {(c.language, c.claim_type, c.quote) for c in extract(MIXED, language="en")}
    assert found == {
        ("en", "chip_count", "2,048 chips"),
        ("fr", "training_cost", "5,6 millions de dollars"),
        ("zh", "training_cost", "557.6万美元"),
    }


def test_the_sentence_of_a_claim_is_its_line() -> None:
    claims: list[Claim] = extract(MIXED, language="en")
    assert all(c.quote in c.sentence and c.sentence in MIXED for c in claims)
    assert claims[-1].sentence.startswith("根据")


def test_nearness_falls_with_words_and_clauses() -> None:
    text = "GPT-4 cost $3 million to train, while nobody outside the firm could tell what training o1 had cost."
    scene = scene_of(text, "en", "$3")
    near, far = ((text.index(word), text.index(word) + 5) for word in ("GPT-4", "o1 ha"))
    assert 1 >= scene.near(near) > scene.near(far) > 0
    assert scene.clauses_between(near) == 0 < scene.clauses_between(far)
    assert scene.words_between((scene.quantity.end, scene.quantity.end)) == 0


def test_in_a_table_only_the_cell_and_its_label_are_near() -> None:
    text = "| Model | Cost | Rival |\n|---|---|---|\n| GPT-4 | $3 | Nvidia |"
    scene = scene_of(text, "en", "$3")
    assert [m.name for m in scene.mentions_near()] == ["GPT-4"]
    rival = text.index("Nvidia")
    assert scene.near((rival, rival + 6)) == 0
