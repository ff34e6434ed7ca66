"""The names as a spaCy component: in any pipeline, `newslens_names` writes `doc.spans["newslens_names"]`.

Import this module, then `nlp.add_pipe("newslens_names")`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from newslens.entities.names import load_names

SPANS_KEY = "newslens_names"


@Language.factory(SPANS_KEY, default_config={"extra": None})
def create_names_component(nlp: Language, name: str, extra: str | None) -> Callable[[Doc], Doc]:
    """Return the component. A span's label is the kind of name, its `kb_id_` the canonical name.

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
