"""Files, folders, patterns, links: what is read, in which order, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newslens.errors import ArticleUnreadable
from newslens.ingest import read_articles


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"texte de {name}", encoding="utf-8")


def sources(*paths: str | Path, **options: object) -> list[str]:
    return [article.source for article in read_articles(paths, **options)]  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_read_in_the_order_of_its_full_paths(folder: Path) -> None:
    make(folder, "n/b.txt", "n/a.txt", "n/a/z.md", "n/a.d/y.txt", "n/c/d/e.TXT")
    assert sources("n") == ["n/a.d/y.txt", "n/a.txt", "n/a/z.md", "n/b.txt", "n/c/d/e.TXT"]


def test_arguments_keep_their_order_and_a_file_is_read_once(folder: Path) -> None:
    make(folder, "n/a.txt", "n/b.txt", "c.txt")
    (folder / "n/link.txt").symlink_to("a.txt")
    assert sources("c.txt", "n/b.txt", "n", "./n/a.txt", "n/*.txt", folder / "c.txt") == ["c.txt", "n/b.txt", "n/a.txt"]


def test_other_files_and_hidden_names_of_a_folder_are_skipped(folder: Path) -> None:
    make(folder, "n/a.txt", "n/b.doc", "n/README", "n/.hidden.txt", "n/.git/c.txt")
    skipped: list[Path] = []
    assert sources("n", on_skip=skipped.append) == ["n/a.txt"]
    assert sorted(map(str, skipped)) == ["n/.git", "n/.hidden.txt", "n/README", "n/b.doc"]


@pytest.mark.parametrize(("name", "reason"), [("b.doc", "unknown format `.doc`"), ("README", "its name has no suffix")])
def test_a_file_of_unknown_format_named_outright_is_refused(folder: Path, name: str, reason: str) -> None:
    make(folder, name)
    with pytest.raises(ArticleUnreadable, match=reason) as caught:
        sources(name)
    assert caught.value.hint is not None and ".parquet" in caught.value.hint


def test_patterns(folder: Path) -> None:
    make(folder, "n/a.txt", "n/b.md", "n/x.doc", "n/d/c.txt", "n/d/.h.txt", "n/[1].txt")
    assert sources("n/*.txt") == ["n/[1].txt", "n/a.txt"]
    assert sources("n/**/*.txt") == ["n/[1].txt", "n/a.txt", "n/d/c.txt"]
    assert sources("n/?.*") == ["n/a.txt", "n/b.md"]
    assert sources("n/[1].txt") == ["n/[1].txt"]  # a file of that name comes before the pattern
    assert sources("*") == ["n/[1].txt", "n/a.txt", "n/b.md", "n/d/c.txt"]
    assert sources(str(folder / "n" / "d*")) == [f"{folder.as_posix()}/n/d/c.txt"]


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("gone.txt", "cannot read `gone.txt`: no such file or folder"),
        ("gone/*.txt", "the pattern matches no file"),
        ("", "an empty path"),
    ],
)
def test_what_is_not_there_is_an_error(folder: Path, argument: str, reason: str) -> None:
    with pytest.raises(ArticleUnreadable, match=reason.replace("*", r"\*")):
        sources(argument)


def test_links_that_lead_nowhere_or_back_are_errors_and_the_rest_is_read(folder: Path) -> None:
    make(folder, "n/a.txt", "n/in/b.txt")
    (folder / "n/in/up").symlink_to("..")
    (folder / "n/self").symlink_to("self")
    (folder / "n/gone.txt").symlink_to("nowhere.txt")
    errors: list[ArticleUnreadable] = []
    assert sources("n", on_error=errors.append) == ["n/a.txt", "n/in/b.txt"]
    assert {error.path: error.message.partition(": ")[2] for error in errors} == {  # type: ignore[attr-defined]
        "n/gone.txt": "a link to a file that does not exist",
        "n/in/up": "the folder leads back to one that contains it",
        "n/self": "too many levels of symbolic links",
    }


def test_a_pattern_does_not_follow_a_loop(folder: Path) -> None:
    make(folder, "n/a.txt")
    (folder / "n/one").symlink_to(".")
    (folder / "n/two").symlink_to(".")
    assert sources("n/**/*.txt") == ["n/a.txt"]


def test_a_linked_folder_is_read(folder: Path) -> None:
    make(folder, "elsewhere/a.txt")
    (folder / "n").mkdir()
    (folder / "n/link").symlink_to("../elsewhere")
    assert sources("n") == ["n/link/a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_without_waiting_for_it(folder: Path) -> None:
    os.mkfifo(folder / "p.txt")
    with pytest.raises(ArticleUnreadable, match="neither a file nor a folder"):
        sources("p.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(folder: Path) -> None:
    make(folder, "a.txt", "n/b.txt")
    (folder / "a.txt").chmod(0)
    (folder / "n").chmod(0)
    errors: list[ArticleUnreadable] = []
    assert sources("a.txt", "n", on_error=errors.append) == []
    (folder / "n").chmod(0o700)
    assert all("no permission" in error.message for error in errors) and len(errors) == 2


def test_the_first_error_is_raised_when_nobody_takes_it(folder: Path) -> None:
    make(folder, "a.txt", "b.txt")
    articles = read_articles(["a.txt", "gone.txt", "b.txt"])
    assert next(articles).source == "a.txt"
    with pytest.raises(ArticleUnreadable):
        next(articles)


def test_one_path_may_stand_for_the_list(folder: Path) -> None:
    make(folder, "a.txt")
    assert [article.source for article in read_articles("a.txt")] == ["a.txt"]


def test_messages_stay_on_one_line(folder: Path) -> None:
    with pytest.raises(ArticleUnreadable) as caught:
        sources("two\nlines.txt")
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_utf8_gives_a_source_that_can_be_stored(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (folder / name).write_text("texte", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes UTF-8 names only")
    assert sources(folder / name)[0].endswith("caf\\xe9.txt")
