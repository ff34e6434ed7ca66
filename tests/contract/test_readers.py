"""One suite for all readers: the same articles come out of every format, and bad input of each is refused alike."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newslens.errors import ArticleUnreadable
from newslens.ingest import READERS, ColumnMapping, read_articles
from newslens.ingest.formats import load_reader
from newslens.records import Article, stable_id

TEXT = (
    "La société chinoise dit avoir formé son modèle pour 5,6 millions de dollars.\r\n"
    "深度求索 n'aurait utilisé que 2\u202f048 puces H800 😀, un chiffre que plusieurs analystes mettent en doute.\n"
)
TITLE = "Un modèle à bas prix"
ROW = {
    "text": TEXT,
    "title": TITLE,
    "url": "https://news.example/1",
    "published_at": "2025-01-28",
    "outlet": "Le Quotidien",
    "id": "a1",
}
TABLES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
ARCHIVES = (".warc",)
NAMED = (*TABLES, *ARCHIVES)  # whose articles bring their source
PAGES = (".html", ".htm", *ARCHIVES)
SINGLES = tuple(suffix for suffix in READERS if suffix not in NAMED)


def _delimited(rows: list[dict[str, object]], delimiter: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _parquet(rows: list[dict[str, object]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _json_lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def encode(suffix: str, rows: list[dict[str, object]]) -> bytes:
    """Return a table of `rows` in the format of `suffix`."""
    if suffix == ".json":
        return json.dumps(rows).encode()
    if suffix in (".jsonl", ".ndjson"):
        return _json_lines(rows)
    if suffix == ".parquet":
        return _parquet(rows)
    return _delimited(rows, "\t" if suffix == ".tsv" else ",")


def page(text: str) -> bytes:
    """Return a web page whose main text is `text`."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return (
        f"<html><head><meta charset='utf-8'><title>{TITLE}</title>"
        '<meta property="og:site_name" content="Le Quotidien">'
        '<meta property="article:published_time" content="2025-01-28T20:00:00Z"></head>'
        f"<body><nav><a href='/'>Accueil</a></nav><article>{paragraphs}</article><footer>2026</footer></body></html>"
    ).encode()


def single(suffix: str) -> bytes:
    """Return one article in the format of `suffix`."""
    if suffix in ARCHIVES:
        return archive([page(TEXT)])
    return page(TEXT) if suffix in PAGES else TEXT.encode()


def archive(pages: list[bytes], **said: str) -> bytes:
    """Return a web archive of the pages, the first at the row's address."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "a test"}))
    answer = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in said.items()
    }
    status = answer.pop("status", "200 OK")
    for number, content in enumerate(pages, start=1):
        headers = StatusAndHeaders(status, list(answer.items()), protocol="HTTP/1.1")
        address = f"https://news.example/{number}"
        body = io.BytesIO(content)
        writer.write_record(writer.create_warc_record(address, "response", payload=body, http_headers=headers))
    return out.getvalue()


def collect(*paths: str | Path, **options: object) -> tuple[list[Article], list[ArticleUnreadable]]:
    """Return what can be read, and the errors met."""
    errors: list[ArticleUnreadable] = []
    return list(read_articles(paths, on_error=errors.append, **options)), errors  # type: ignore[arg-type]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def write_file(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write_file


Write = Callable[[str, bytes | str], Path]


def test_every_reader_loads() -> None:
    assert {target: callable(load_reader(target)) for target in READERS.values()} == dict.fromkeys(
        READERS.values(), True
    )


@pytest.mark.parametrize("suffix", [*READERS, *(f"{suffix}.gz" for suffix in READERS)])
def test_every_format_gives_the_article(write: Write, suffix: str) -> None:
    plain = suffix.removesuffix(".gz")
    data = encode(plain, [ROW]) if plain in TABLES else single(plain)
    path = write(f"news{suffix}", gzip.compress(data) if suffix.endswith(".gz") else data)
    [article] = read_articles([path])
    if plain in PAGES:
        assert article.text == "\n".join(TEXT.splitlines()).replace("\u202f", " ")  # trafilatura's doing
    else:
        assert article.text == TEXT
    assert article.source == (ROW["url"] if plain in NAMED else path.as_posix())
    if plain in TABLES or plain in PAGES:
        assert (article.title, article.outlet) == (TITLE, "Le Quotidien")
        assert article.published_at == date(2025, 1, 28)
    assert article.language is None


@pytest.mark.parametrize("suffix", TABLES)
def test_source_of_a_row_is_url_then_source_then_id_then_place(write: Write, suffix: str) -> None:
    rows: list[dict[str, object]] = [
        {"text": "un texte", "url": "https://a.example", "source": "s", "id": "1"},
        {"text": "un texte", "url": "", "source": "s", "id": "1"},
        {"text": "un texte", "url": "", "source": "", "id": "7"},
        {"text": "un texte", "url": "", "source": "", "id": ""},
    ]
    path = write(f"t{suffix}", encode(suffix, rows))
    place = {".csv": 5, ".tsv": 5}.get(suffix, 4)  # line 1 of a CSV file is its header
    expected = ["https://a.example", "s", f"{path}#7", f"{path}#{place}"]
    assert [article.source for article in read_articles([path])] == expected


@pytest.mark.parametrize("suffix", TABLES)
def test_columns_can_be_mapped(write: Write, suffix: str) -> None:
    rows: list[dict[str, object]] = [
        {"Corps": "un texte", "Titre": "Le titre", "lien": "x:1", "jour": "28/01/2025", "journal": "L'Écho", "n": 3}
    ]
    columns = ColumnMapping("Corps", title="Titre", source="lien", published_at="jour", outlet="journal", id="n")
    [article] = read_articles([write(f"t{suffix}", encode(suffix, rows))], columns=columns)
    assert article == Article(
        source="x:1", text="un texte", title="Le titre", outlet="L'Écho", published_at=date(2025, 1, 28)
    )


@pytest.mark.parametrize("suffix", TABLES)
def test_a_row_without_text_costs_that_row_only(write: Write, suffix: str) -> None:
    rows: list[dict[str, object]] = [
        {"text": "premier texte", "id": "1"},
        {"text": " \n", "id": "2"},
        {"text": "dernier texte", "id": "3"},
    ]
    path = write(f"t{suffix}", encode(suffix, rows))
    articles, errors = collect(path)
    assert [article.text for article in articles] == ["premier texte", "dernier texte"]
    assert [str(error).startswith(f"cannot read `{path}`, ") for error in errors] == [True]
    assert "`text` is empty" in errors[0].message
    assert errors[0].place.split()[0] in ("line", "row", "item")  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", TABLES)
def test_a_missing_text_column_is_named_with_the_nearest(write: Write, suffix: str) -> None:
    [error] = collect(write(f"t{suffix}", encode(suffix, [{"Texts": "a b", "headline": "h"}])))[1]
    assert "no " in error.message and "`Texts`, `headline`" in error.message
    assert error.hint is not None and "did you mean `Texts`?" in error.hint


@pytest.mark.parametrize("suffix", TABLES)
def test_a_row_above_the_limit_costs_that_row_only(write: Write, suffix: str) -> None:
    rows: list[dict[str, object]] = [{"text": "é" * 600, "id": "1"}, {"text": "court", "id": "2"}]
    articles, [error] = collect(write(f"t{suffix}", encode(suffix, rows)), max_article_bytes=1000)
    assert [article.text for article in articles] == ["court"]
    assert "1,000" in error.message and "max_article_bytes" in str(error)


@pytest.mark.parametrize("suffix", SINGLES)
def test_a_file_above_the_limit_is_refused(write: Write, suffix: str) -> None:
    with pytest.raises(ArticleUnreadable, match=r"more than 1,000 bytes \(raise max_article_bytes"):
        list(read_articles([write(f"a{suffix}", "x" * 1001)], max_article_bytes=1000))


@pytest.mark.parametrize("suffix", SINGLES)
def test_a_gzip_bomb_is_refused_before_it_is_unpacked(write: Write, suffix: str) -> None:
    bomb = gzip.compress(b"a" * 3_000_000)
    [error] = collect(write(f"a{suffix}.gz", bomb), max_article_bytes=10_000)[1]
    assert "more than 10,000 bytes" in error.message


@pytest.mark.parametrize("suffix", [suffix for suffix in READERS if suffix not in (".parquet", *ARCHIVES)])
@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"%PDF-1.7\n%\xe2\xe3", "a PDF document")])
def test_empty_and_binary_files_are_refused(write: Write, suffix: str, data: bytes, reason: str) -> None:
    with pytest.raises(ArticleUnreadable, match=reason):
        list(read_articles([write(f"a{suffix}", data)]))


@pytest.mark.parametrize("data", [b"", b"PAR1 but nothing more", b"text"])
def test_broken_parquet_is_refused(write: Write, data: bytes) -> None:
    with pytest.raises(ArticleUnreadable, match="broken Parquet data"):
        list(read_articles([write("a.parquet", data)]))


@pytest.mark.parametrize("suffix", READERS)
def test_broken_gzip_is_refused(write: Write, suffix: str) -> None:
    data = gzip.compress(b"text\n" * 400)[:-12]
    for broken in (data, b"no gzip at all"):
        with pytest.raises(ArticleUnreadable, match="broken gzip data"):
            list(read_articles([write(f"a{suffix}.gz", broken)]))


# --- web archives


def test_an_archive_is_read_to_where_it_breaks(write: Write) -> None:
    data = archive([page(TEXT), b"<html><body></body></html>", page(TEXT)])
    articles, [error] = collect(write("a.warc", data))
    assert [article.source for article in articles] == ["https://news.example/1", "https://news.example/3"]
    assert re.search(r"the record at byte \d+: the page holds no main text", error.message)
    members = b"".join(gzip.compress(archive([page(TEXT)])) for _ in range(2))  # as crawls write them
    assert len(collect(write("b.warc.gz", members))[0]) == 2
    for broken, reason in (
        (data + b"nonsense\n" * 9, "broken archive"),
        (b"", "empty"),
        (b"text" * 99, "broken archive"),
    ):
        articles, errors = collect(write("c.warc", broken))
        assert reason in errors[-1].message
        assert len(articles) == (2 if broken.startswith(data[:20]) and broken else 0)


def test_of_an_archive_pages_alone_are_articles(write: Write) -> None:
    packed = archive([gzip.compress(page(TEXT))], Content_Encoding="gzip")
    for data, number in (
        (archive([page(TEXT)], status="404 Not Found"), 0),
        (archive([b"{}"], Content_Type="application/json"), 0),
        (packed, 1),
    ):
        articles, errors = collect(write("a.warc", data))
        assert (len(articles), errors) == (number, [])
    [error] = collect(write("a.warc", archive([page(TEXT)])), max_article_bytes=100)[1]
    assert "more than 100 bytes" in error.message


# --- JSON ------------------------------------------------------------------------------------------------------


def test_json_may_be_one_object(write: Write) -> None:
    path = write("a.json", json.dumps({"text": "un texte"}))
    assert [article.source for article in read_articles([path])] == [f"{path}#1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": "a",\n "title": }', "line 2, column 11: broken JSON: Expecting value"),
        ('{"text": "a"}\n{"text": "b"}', r"line 2, column 1: .*Name it \.jsonl"),
        ("3", "item 1: no JSON object"),
        ('["a"]', "item 1: no JSON object"),
        ('{"text": 5}', "item 1: `text` is no text but a number"),
        ('{"text": ["a"]}', "item 1: `text` is no text but a list"),
        ('{"text": "a \\ud83d b"}', "half a surrogate pair"),
        ('{"text": "a\\u0000b"}', "NUL character at 1"),
        ("[" * 100_000, "nested thousands deep"),
        ('{"n": ' + "9" * 5000 + "}", "a number of thousands of digits"),
    ],
)
def test_bad_json_is_refused_with_its_place(write: Write, content: str, message: str) -> None:
    with pytest.raises(ArticleUnreadable, match=message):
        list(read_articles([write("a.json", content)]))


def test_a_broken_line_of_json_lines_costs_that_line_only(write: Write) -> None:
    lines = ['{"text": "un"}', '{"text": ', "", "[1]", '{"text": "' + "x" * 300 + '"}', '{"text": "deux"}']
    articles, errors = collect(write("a.jsonl", "\n".join(lines)), max_article_bytes=200)
    assert [(article.text, article.source[-2:]) for article in articles] == [("un", "#1"), ("deux", "#6")]
    assert [error.place for error in errors] == ["line 2, column 10", "line 4", "line 5"]  # type: ignore[attr-defined]


def test_a_line_that_is_not_utf8_costs_that_line_only(write: Write) -> None:
    data = '{"text": "été à Paris, déjà prévu"}\n'.encode() * 3 + b'{"text": "\xff"}\n{"text": "fin"}\n'
    articles, [error] = collect(write("a.jsonl", data))
    assert len(articles) == 4
    assert "not valid UTF-8: byte 0xff" in error.message and "line 4" in error.message


def test_json_lines_are_read_one_at_a_time(write: Write) -> None:
    path = write("a.jsonl", b'{"text": "un"}\n' + b'{"text": "' + b"\xff" * 10 + b'"}\n')
    assert next(read_articles([path], max_article_bytes=15)).text == "un"


# --- CSV -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_yields_the_text_column(write: Write, delimiter: str) -> None:
    rows: list[dict[str, object]] = [{"id": "1", "text": "a, b; c | d\te", "title": "t"}]
    assert [a.text for a in read_articles([write("a.csv", _delimited(rows, delimiter))])] == ["a, b; c | d\te"]


def test_broken_records_cost_themselves_only(write: Write) -> None:
    data = 'id,text\n1,"deux\r\nlignes"\n2,une virgule, de trop\n3\n\n4,"a"b\n5,fin\n'
    articles, errors = collect(write("a.csv", data))
    assert [article.text for article in articles] == ["deux\r\nlignes", "fin"]
    assert [error.place for error in errors] == ["line 4", "line 5", "line 7"]  # type: ignore[attr-defined]


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_default(write: Write) -> None:
    assert [len(a.text) for a in read_articles([write("a.csv", "text\n" + "x" * 200_000)])] == [200_000]


def test_an_open_quotation_mark_does_not_take_the_file_into_memory(write: Write) -> None:
    data = 'text\n"jamais fermé\n' + "ligne\n" * 400
    articles, errors = collect(write("a.csv", data), max_article_bytes=1000)
    assert "more than 1,000 bytes" in errors[0].message and errors[0].place == "line 2"  # type: ignore[attr-defined]
    assert {article.text for article in articles} == {"ligne"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_tables_may_have_other_encodings(write: Write, encoding: str) -> None:
    text = "训练成本仅为五百多万美元，远低于美国公司的花费。"
    for name, content in (("a.csv", f"text,id\n{text},1\n"), ("a.jsonl", f'{{"text": "{text}", "id": 1}}\n')):
        assert [a.text for a in read_articles([write(name, content.encode(encoding))])] == [text]


# --- web pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("charset", "codec"), [("gb2312", "gb18030"), ("iso-8859-1", "cp1252"), ("big5", "cp950")])
def test_a_page_may_declare_its_charset(write: Write, charset: str, codec: str) -> None:
    line = {"gb2312": "训练成本仅为五百多万美元。", "big5": "訓練成本僅為五百多萬美元。"}.get(
        charset, "Coût : 6 millions d’euros."
    )
    html = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><p>{line}'
    assert [a.text for a in read_articles([write("a.html", html.encode(codec))])] == [line]


def test_a_page_without_main_text_is_refused(write: Write) -> None:
    with pytest.raises(ArticleUnreadable, match="the page holds no main text"):
        list(read_articles([write("a.html", "<html><head><title>Rien</title></head><body></body></html>")]))


def test_an_xml_declaration_does_not_stop_the_page(write: Write) -> None:
    html = '<?xml version="1.0" encoding="UTF-8"?><html><body><p>Le modèle coûte cher.</p></body></html>'
    assert [a.text for a in read_articles([write("a.html", html)])] == ["Le modèle coûte cher."]


# --- standard input --------------------------------------------------------------------------------------------


def test_standard_input_is_plain_text() -> None:
    [article] = read_articles(["-"], stdin=io.BytesIO(b"\xef\xbb\xbf" + TEXT.encode()))
    assert (article.source, article.text) == (f"stdin:{stable_id(TEXT)}", TEXT)


def test_standard_input_is_json_lines_when_it_starts_with_a_brace() -> None:
    articles = read_articles(["-"], stdin=io.BytesIO(_json_lines([{"text": "un"}, {"text": "deux", "id": 9}])))
    assert [(article.source, article.text) for article in articles] == [
        (f"stdin:{stable_id('un')}", "un"),
        ("-#9", "deux"),
    ]


def test_standard_input_is_left_open() -> None:
    stream = io.BytesIO(b"un texte")
    assert [article.text for article in read_articles(["-"], stdin=stream)] == ["un texte"]
    assert not stream.closed


def test_empty_standard_input_is_refused() -> None:
    with pytest.raises(ArticleUnreadable, match="cannot read standard input: the file is empty"):
        list(read_articles(["-"], stdin=io.BytesIO(b"")))


# --- the given articles ----------------------------------------------------------------------------------------


def test_the_seeds_are_read_to_the_letter() -> None:
    seeds = Path(__file__).parents[2] / "seeds"
    articles = list(read_articles([seeds]))
    assert [article.text.encode() for article in articles] == [path.read_bytes() for path in sorted(seeds.iterdir())]
    assert [article.title for article in articles] == [
        "China DePseek frappe les amis de Trump dans la Silicon Valley",
        "« Impressionnant » : le patron d'OpenAI salue les débuts de son rival chinois DeepSeek",
        None,
        None,
        None,
    ]
    assert (articles[1].outlet, articles[1].published_at) == ("Les Echos", date(2025, 1, 28))
