"""The names model as a spaCy component, in pipelines of any tokenizer."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from newslens.entities.component import NER_KEY, SPANS_KEY
from newslens.errors import SettingsError, SetupError

TEXT = "Barack Obama met Angela Merkel in Paris. Microsoft opened an office in London for 5 million dollars."
NAMES = [
    ("Barack Obama", "PER"),
    ("Angela Merkel", "PER"),
    ("Paris", "LOC"),
    ("Microsoft", "ORG"),
    ("London", "LOC"),
]


def pipeline(language: str = "en", **config: str) -> Language:
    nlp = spacy.blank(language)
    nlp.add_pipe(NER_KEY, config=config)
    return nlp


def ents(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in doc.ents]


@pytest.mark.parametrize("language", ["en", "fr", "xx"])
def test_names_are_entities_at_their_characters(language: str) -> None:
    doc = pipeline(language)(TEXT)
    assert ents(doc) == NAMES
    assert [(span.start_char, span.end_char) for span in doc.ents] == [
        (TEXT.index(name), TEXT.index(name) + len(name)) for name, _ in NAMES
    ]
    assert [(span.text, span.label_) for span in doc.spans[NER_KEY]] == NAMES


def test_a_name_within_a_token_takes_the_token() -> None:
    doc = pipeline("en")("(Barack Obama/Angela Merkel) left.")
    assert all(doc.text[span.start_char : span.end_char] == span.text for span in doc.ents)
    assert doc.ents[0].start_char == 1


def test_entities_that_are_there_are_kept() -> None:
    nlp = spacy.blank("en")

    @Language.component("test_earlier_entities")
    def earlier(doc: Doc) -> Doc:
        doc.set_ents([Span(doc, 0, 4, label="EVENT")])  # "Barack Obama met Angela"
        return doc

    nlp.add_pipe("test_earlier_entities")
    nlp.add_pipe(NER_KEY)
    doc = nlp(TEXT)
    assert ents(doc) == [("Barack Obama met Angela", "EVENT"), *NAMES[2:]]
    assert [(span.text, span.label_) for span in doc.spans[NER_KEY]] == NAMES


def test_sentences_without_figures_may_be_skipped() -> None:
    assert ents(pipeline(sentences="with_figures")(TEXT)) == NAMES[3:]
    assert ents(pipeline(sentences="with_figures")("Barack Obama met Angela Merkel.")) == []


def test_a_han_numeral_is_a_figure() -> None:
    skipped = "马云在杭州创办了阿里巴巴。"
    doc = pipeline("zh", sentences="with_figures")(f"{skipped}腾讯公司在深圳有三万员工。")
    assert len(doc.spans[NER_KEY]) > 0
    assert all(span.start_char >= len(skipped) for span in doc.spans[NER_KEY])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "It rained."])
def test_texts_without_names(text: str) -> None:
    doc = pipeline()(text)
    assert (doc.text, ents(doc), list(doc.spans[NER_KEY])) == (text, [], [])


def test_none_is_no_model() -> None:
    with pytest.raises(SettingsError, match="`none` is no model") as caught:
        pipeline(model="none")
    assert caught.value.hint == "leave the component out"


def test_a_choice_of_sentences_that_is_none() -> None:
    with pytest.raises(ValueError, match="with_figures"):
        pipeline(sentences="some")


def test_a_folder_that_is_none_is_told() -> None:
    with pytest.raises(SetupError):
        pipeline(model="/no/such/folder")


def test_texts_in_a_pipe() -> None:
    docs = list(pipeline().pipe([TEXT, "", TEXT], batch_size=2))
    assert [ents(doc) for doc in docs] == [NAMES, [], NAMES]


def test_a_doc_may_be_stored_and_read() -> None:
    nlp = pipeline()
    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert ents(again) == NAMES
    assert [(span.text, span.label_) for span in again.spans[NER_KEY]] == NAMES


def test_both_components_in_one_pipeline() -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe(SPANS_KEY)
    nlp.add_pipe(NER_KEY)
    doc = nlp("Microsoft opened an office in London.")
    assert [(span.text, span.label_) for span in doc.spans[SPANS_KEY]] == [("Microsoft", "organisation")]
    assert ents(doc) == [("Microsoft", "ORG"), ("London", "LOC")]


@pytest.mark.parametrize("name", [SPANS_KEY, NER_KEY])
def test_spacy_finds_the_components_where_newslens_is_installed(name: str) -> None:
    found = [point for point in entry_points(group="spacy_factories") if point.name == name]
    if not found:
        pytest.skip("the installed metadata is older than the entry points: install newslens again")
    assert found[0].value.startswith("newslens.entities.component:")
    assert callable(found[0].load())
