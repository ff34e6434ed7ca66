"""The command as users run it: imports, pipes, terminals, encodings."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newslens.cli.reference import reference
from newslens.export.table import cells_wide
from newslens.store import open_store

NEVER = {"spacy", "torch", "transformers", "onnxruntime", "alembic", "psycopg"}
NOT_FOR_HELP = NEVER | {"pandas", "pyarrow", "sqlalchemy", "rich", "trafilatura", "langdetect", "opencc"}
NOT_FOR_CLAIMS = NEVER | {"pandas", "pyarrow", "rich", "trafilatura", "langdetect", "opencc", "xlsxwriter"}

IMPORTED = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
from newslens.cli.app import main
main()
"""


@pytest.fixture
def folder(tmp_path: Path, make_article: Any, make_claim: Any) -> Path:
    """A working directory whose store holds 300 claims, the first of them in Chinese."""
    with open_store(tmp_path / "data" / "newslens.db", create=True) as store:
        article = make_article("news/深度求索.txt", text="深度求索用了2000块芯片，" + "9 chips " * 300)
        claims = [make_claim(article, "2000块芯片", claim_id="first", sentence=article.text[:20])]
        for n in range(299):
            start = 15 + 8 * n
            claims.append(make_claim(article, "9 chips", claim_id=str(n), char_start=start, char_end=start + 7))
        store.put_article(article, claims, extractor_version="test-1", run_id=1)
    return tmp_path


def newslens(*arguments: str, folder: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from newslens.cli.app import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, **options)


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], NOT_FOR_HELP),
        (["claims", "--help"], NOT_FOR_HELP),
        (["--version"], NOT_FOR_HELP),
        (["claims"], NOT_FOR_CLAIMS),
        (["claims", "--format", "csv", "--core"], NOT_FOR_CLAIMS),
    ],
)
def test_nothing_heavy_is_imported(folder: Path, arguments: list[str], unwanted: set[str]) -> None:
    command = [sys.executable, "-c", IMPORTED, *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True, encoding="utf-8")
    imported = set(ended.stderr.splitlines()[-1].split())
    assert "newslens" in imported
    assert not imported & unwanted


def test_a_reader_that_goes_away_ends_it_quietly(folder: Path) -> None:
    shell = f"{sys.executable} -c 'from newslens.cli.app import main; main()' claims --format jsonl | head -n 1"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith('{"claim_id": "first"')


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    for form in ("table", "csv"):
        ended = newslens("claims", "--format", form, folder=folder, env=plain)
        assert ended.returncode == 0, ended.stderr
        assert "深度求索" in ended.stdout.decode("utf-8")


def test_a_terminal_gets_a_fitting_table_and_no_binary(folder: Path) -> None:
    def on_terminal(*arguments: str) -> tuple[int, str]:
        controller, terminal = pty.openpty()
        command = [sys.executable, "-c", "from newslens.cli.app import main; main()", *arguments]
        running = subprocess.Popen(
            command, cwd=folder, stdout=terminal, stderr=terminal, env=os.environ | {"COLUMNS": "80"}
        )
        os.close(terminal)
        seen = b""
        while True:
            try:
                more = os.read(controller, 65536)
            except OSError:  # Linux ends the terminal's stream so
                break
            if not more:
                break
            seen += more
        os.close(controller)
        return running.wait(), seen.decode("utf-8")

    code, table = on_terminal("claims")
    lines = table.splitlines()
    assert code == 0
    assert len(lines) == 301
    assert max(map(cells_wide, lines)) <= 80
    code, refusal = on_terminal("claims", "--format", "parquet")
    assert code == 2
    assert "parquet is not for terminals" in refusal
    assert "\x1b[1;31merror:" in refusal


def test_no_colour_in_a_pipe(folder: Path) -> None:
    ended = newslens("claims", "--db", "none.db", folder=folder)
    assert ended.returncode == 5
    assert b"\x1b" not in ended.stderr


def test_a_bug_shows_where_it_is(folder: Path) -> None:
    code = (
        "import newslens.store.queries as queries\nqueries.claim_rows = None\nfrom newslens.cli.app import main\nmain()"
    )
    command = [sys.executable, "-c", code, "claims"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def test_completion_offers_claim_types(folder: Path) -> None:
    asked = {"_NEWSLENS_COMPLETE": "complete_bash", "COMP_WORDS": "newslens claims --claim-type tr", "COMP_CWORD": "3"}
    command = [sys.executable, "-c", "from newslens.cli.app import main; main(prog_name='newslens')"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, env=os.environ | asked)
    assert ended.stdout.split() == ["training_cost"]


def test_the_reference_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "cli.md"
    assert page.read_text("utf-8") == reference(), "run scripts/write_cli_docs.py"
