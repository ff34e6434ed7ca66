"""The examples for timers and containers: they parse, name what exists, and ask for no more than newslens needs."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newslens.cli.app import COMMANDS

DEPLOY = Path(__file__).parents[2] / "scripts" / "deploy"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(DEPLOY / name, "utf-8")
    return parser


def test_units_parse_and_belong_together() -> None:
    service, timer = unit("newslens-nightly.service"), unit("newslens-nightly.timer")
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["User"] == "newslens"
    assert "Timer" in timer
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("newslens-nightly.service", "newslens-nightly.timer"):
        text = (DEPLOY / name).read_text("utf-8").replace("/opt/newslens/bin/newslens", "/bin/true")
        (tmp_path / name).write_text(text, "utf-8")
    files = sorted(map(str, tmp_path.iterdir()))
    ended = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, check=False, text=True)
    assert not [line for line in ended.stderr.splitlines() if "newslens-nightly" in line], ended.stderr


def test_commands_named_in_the_examples_exist() -> None:
    known = {command.__name__ for command in COMMANDS}
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"bin/newslens (\w+)", path.read_text("utf-8")))
        assert named <= known, path.name
    line = next(line for line in (DEPLOY / "newslens.cron").read_text().splitlines() if line.startswith("30 2"))
    options = set(re.findall(r"--[\w-]+", line.partition("newslens nightly")[2]))
    shown = subprocess.run(
        [sys.executable, "-c", "from newslens.cli.app import main; main()", "nightly", "--help"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert not [option for option in options if option not in shown]


def test_the_container_runs_without_root() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    users = [line for line in lines if line.startswith("USER")]
    assert users == ["USER 10001"]
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["newslens"]')
    copied = [name for line in lines if line.startswith("COPY") and "--from" not in line for name in line.split()[1:-1]]
    assert not [name for name in copied if not (DEPLOY.parents[1] / name).exists()]


def test_a_night_on_a_read_only_file_system(tmp_path: Path) -> None:
    """Everything but the working directory is mounted read-only, as in the container."""
    can = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False) if _has_unshare() else None
    if can is None or can.returncode:
        pytest.skip("needs the right to mount")
    (tmp_path / "news").mkdir()
    text = "DeepSeek trained V3 on 2,048 Nvidia H800 chips. 英伟达市值一天蒸发近6000亿美元。"
    (tmp_path / "news" / "a.txt").write_text(text, "utf-8")
    body = "They paid $5.6 million to train it. " * 5
    page = f"<html><head><title>T</title></head><body><p>{body}</p></body></html>"
    (tmp_path / "news" / "b.html").write_text(page, "utf-8")
    (tmp_path / "newslens.toml").write_text('[sources]\npaths = ["news"]\n[exports]\nfiles = ["c.csv", "c.xlsx"]\n')
    script = (
        'mount --bind "$1" "$1" && mount -o remount,ro,bind / && cd "$1" && ! touch /etc/x 2>/dev/null && shift && "$@"'
    )
    line = [sys.executable, "-B", "-c", "from newslens.cli.app import main; main()", "nightly", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLENS_")}
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", str(tmp_path), *line],
        env=environment | {"HOME": "/nonexistent", "TMPDIR": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["new"] == 2


def _has_unshare() -> bool:
    return shutil.which("unshare") is not None
