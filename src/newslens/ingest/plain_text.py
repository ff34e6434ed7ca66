"""Plain text and Markdown: one article a file, its text untouched."""

from __future__ import annotations

from collections.abc import Iterator

from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.headers import read_head
from newslens.ingest.input_file import InputFile
from newslens.records import Article


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the one article of a text file; title, outlet and date are those its first lines state.

    Raises: ArticleUnreadable: the file is empty, too large, or no text.
    """
    text = file.read_text(settings.max_article_bytes)
    head = read_head(text)
    source = file.source_of(text)
    yield Article(source=source, text=text, title=head.title, outlet=head.outlet, published_at=head.published_at)
