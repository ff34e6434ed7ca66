"""The names as spaCy components, for any pipeline: `newslens_names` (the name base) and `newslens_ner` (the model).

Where newslens is installed, spaCy finds both: `nlp.add_pipe("newslens_ner")`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from newslens.entities.names import load_names
from newslens.entities.recognition import SHIPPED, load_recognizer
from newslens.errors import SettingsError
from newslens.languages.sentences import Sentence, split_sentences
from newslens.languages.view import view_text

SPANS_KEY = "newslens_names"
NER_KEY = "newslens_ner"


@Language.factory(SPANS_KEY, default_config={"extra": None})
def create_names_component(nlp: Language, name: str, extra: str | None) -> Callable[[Doc], Doc]:
    """Return the component that writes `doc.spans["newslens_names"]`: label the kind, `kb_id_` the canonical name.

    Offsets: tokens of the pipeline's own tokenizer; a name that starts or ends inside a token takes the whole token.
    """
    names = load_names(None if extra is None else Path(extra))

    def find_names(doc: Doc) -> Doc:
        spans: list[Span] = []
        for mention in names.find(doc.text):
            span = doc.char_span(
                mention.start, mention.end, label=mention.kind, kb_id=mention.name, alignment_mode="expand"
            )
            if span is not None:
                spans.append(span)
        doc.spans[SPANS_KEY] = spans
        return doc

    return find_names


@Language.factory(NER_KEY, default_config={"model": SHIPPED, "sentences": "all"})
def create_ner_component(
    nlp: Language, name: str, model: str, sentences: Literal["all", "with_figures"]
) -> Callable[[Doc], Doc]:
    """Return the component that writes `doc.ents` and `doc.spans["newslens_ner"]`, labels PER, ORG, LOC and PROD.

    `model` is `shipped`, or a folder or hub id; `sentences` chooses whether it reads all of them, or only those with
    a digit or Han numeral, which is much faster on news. Entities that stand in `doc.ents` already are kept.

    Offsets: tokens of the pipeline's own tokenizer; a name that starts or ends inside a token takes the whole token.
    Raises:  SetupError: the model is missing or broken. SettingsError: `model` is `none`.
    """
    recognizer = load_recognizer(model)
    if recognizer is None:
        raise SettingsError("`none` is no model", hint="leave the component out")

    def recognise(doc: Doc) -> Doc:
        parts = [s for s in split_sentences(view_text(doc.text)) if sentences == "all" or _has_figure(doc.text, s)]
        found: list[Span] = []
        for part, entities in zip(parts, recognizer.tag([doc.text[p.start : p.end] for p in parts]), strict=True):
            for entity in entities:
                span = doc.char_span(
                    part.start + entity.start, part.start + entity.end, label=entity.label, alignment_mode="expand"
                )
                if span is not None:
                    found.append(span)
        doc.spans[NER_KEY] = found
        doc.set_ents(filter_spans([*doc.ents, *found]))
        return doc

    return recognise


def _has_figure(text: str, sentence: Sentence) -> bool:
    part = text[sentence.start : sentence.end]
    return any(sign.isdigit() or sign in "一二两兩三四五六七八九十百千万萬亿億" for sign in part)
