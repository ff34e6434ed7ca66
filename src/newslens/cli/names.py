"""`newslens names`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, exit_code, put_rows, say, say_problem, say_warning
from newslens.errors import ArticleUnreadable, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newslens.records import Article


def names(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]", help="Files, folders, patterns, or - for stdin.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Only names the base lacks, each once, the most frequent first.")
    ] = False,
    adopt: Annotated[
        str | None, typer.Option("--adopt", metavar="NAME", help="Write NAME into the names file of --names.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="What the adopted name is: organisation, model, …")] = None,
    canonical: Annotated[
        str | None, typer.Option("--as", metavar="CANONICAL", help="The name it has in the table, where another.")
    ] = None,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    column: options.Columns = None,
    max_article_bytes: options.MaxArticleBytes = 5_000_000,
    names_file: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
) -> None:
    """Show the names in articles, with kind and canonical form; or adopt one into your names file.

    For example: newslens names --unknown news/
    then: newslens names --adopt "Gridline Compute" --kind organisation --names my-names/
    """
    from newslens import naming

    if adopt is not None:
        if files:
            raise SettingsError("--adopt beside files", hint="give one of them")
        if names_file is None or kind is None:
            missing = "--names FILE-OR-FOLDER" if names_file is None else "--kind KIND"
            raise SettingsError(f"--adopt needs {missing}", hint=f"kinds: {', '.join(naming.KINDS)}")
        say(f"`{adopt}` is in {naming.adopt_name(adopt, kind, Path(names_file), canonical=canonical)}")
        return
    if not files:
        raise SettingsError("no file given", hint="see `newslens names --help`")
    chosen = chosen_format(form, as_json, output)
    reading = _Reading(files, column, max_article_bytes)
    setup = options.setup(names_file, no_ner, ner_model, ner_label)
    if unknown:
        put_rows(naming.UNKNOWN_KINDS, naming.unknown_rows(reading.articles(), setup), chosen, output)
    else:
        put_rows(naming.NAME_KINDS, naming.name_rows(reading.articles(), setup), chosen, output)
    raise typer.Exit(exit_code(read=reading.read, failed=reading.failed))


class _Reading:
    """Articles read one by one, with counts of those that could be and those that could not."""

    def __init__(self, files: list[str], column: list[str] | None, max_article_bytes: int) -> None:
        self.files, self.max_article_bytes = files, max_article_bytes
        self.columns = options.column_mapping(column)
        self.read = self.failed = 0

    def articles(self) -> Iterator[Article]:
        from newslens.ingest import read_articles
        from newslens.pipeline import identify
        from newslens.records import LANGUAGES

        for article in read_articles(
            self.files, columns=self.columns, max_article_bytes=self.max_article_bytes, on_error=self._fail
        ):
            self.read += 1
            if identify(article).language not in LANGUAGES:
                say_warning(f"not in {', '.join(LANGUAGES)}, left out: {article.source}")
            yield article

    def _fail(self, error: ArticleUnreadable) -> None:
        self.failed += 1
        say_problem(error.message, error.hint)
