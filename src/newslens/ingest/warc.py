"""Web archives (`.warc`, `.warc.gz`), as news crawls are: the pages in them, each an article under its address."""

from __future__ import annotations

from collections.abc import Iterator
from gzip import BadGzipFile
from typing import Any

from newslens.errors import ArticleUnreadable, SetupError
from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.input_file import InputFile
from newslens.ingest.web_page import article_of_page

_PAGES = ("text/html", "application/xhtml+xml")


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the article of each page that was answered with 200; what else an archive holds is no article.

    Raises: ArticleUnreadable: the archive is broken there; what stands before is read. SetupError: no fastwarc.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise SetupError("no fastwarc to read web archives with", hint="pip install 'newslens[warc]'") from error
    last = None
    with file.open() as stream:
        try:
            for record in ArchiveIterator(stream, parse_http=True, auto_decode="all"):
                last = record.stream_pos
                if record.record_type == WarcRecordType.response and _is_page(record):
                    yield _article(file, record, settings)
        except (BadGzipFile, EOFError):
            raise
        except OSError as error:
            place = "at its beginning" if last is None else f"after the record at byte {last}"
            raise file.unreadable(f"broken archive: {error}", place=place, hint="fetch it again") from error
    if last is None:
        raise file.unreadable("the file is empty", hint="remove it or fetch it again")


def _is_page(record: Any) -> bool:
    kind = (record.http_content_type or "").partition(";")[0].strip().lower()
    return record.http_headers is not None and record.http_headers.status_code == 200 and kind in _PAGES


def _article(file: InputFile, record: Any, settings: ReadSettings) -> Item:
    address = record.headers.get("WARC-Target-URI", "").strip("<> ")
    place = f"the record at byte {record.stream_pos}"
    data = record.reader.read(settings.max_article_bytes + 1)
    if len(data) > settings.max_article_bytes:
        return file.unreadable(f"more than {settings.max_article_bytes:,} bytes", place=place)
    try:
        source = address or f"{file.source}#{record.stream_pos}"
        declared = record.http_charset
        return article_of_page(file, data, settings, source=source, declared=declared, place=place)
    except ArticleUnreadable as error:
        reason = error.message.partition(": ")[2]
        return file.unreadable(reason, hint=error.hint, place=place)
