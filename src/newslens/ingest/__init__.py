"""From bytes to articles: find the files, decode them, read each format into `Article` records."""

from newslens.ingest.articles import read_articles as read_articles
from newslens.ingest.formats import READERS as READERS
from newslens.ingest.rows import ColumnMapping as ColumnMapping

__all__ = ["READERS", "ColumnMapping", "read_articles"]
