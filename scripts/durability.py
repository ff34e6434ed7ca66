"""What the tests of durability and soak.py do alike: make articles, kill runs, write beside readers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from newslens.records import Article, Claim, stable_id
from newslens.store import open_store
from warm_newslens import WarmNewslens

_TEXTS = (
    "DeepSeek says it trained model {n} on {chips} Nvidia H800 chips for about ${cost}.{n} million.\n"
    "Analysts call that number doubtful: OpenAI charges ${price} per million output tokens.\n",
    "OpenAI facture le modèle {n} {price} $ par million de jetons en sortie.\n"
    "L'entraînement aurait coûté plus de {cost} millions de dollars, selon Le Monde.\n",
    "第{n}号报告称，深度求索用了{chips}块英伟达H800芯片训练模型，训练成本约为{cost}万美元。\n",
)


def write_articles(folder: Path, number: int) -> None:
    """Write short articles in three languages, each with two or three claims, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        text = _TEXTS[n % 3].format(n=n, chips=1000 + n, cost=2 + n % 97, price=1 + n % 60)
        (folder / f"{n:05}.txt").write_text(text, "utf-8")


@dataclass
class Killed:
    """What became of killing: how many runs were killed, at which share of their articles, how many ended before."""

    kills: int = 0
    unharmed: int = 0
    restarts: int = 0
    codes: list[int] = field(default_factory=list)


def undisturbed(newslens: WarmNewslens, where: str, news: Path) -> tuple[bytes, float]:
    """Ingest once without harm; return the export and the seconds it took."""
    started = time.monotonic()
    ended = newslens.run("ingest", str(news), "--db", where, "--quiet")
    assert ended.code == 0, ended.stderr
    seconds = time.monotonic() - started
    return export(newslens, where), seconds


def kill_until_done(
    newslens: WarmNewslens,
    where: str,
    news: Path,
    *,
    mean_s: float,
    kills: int,
    seen: Killed,
    chance: random.Random,
    disturb: Callable[[], None] | None = None,
) -> bytes:
    """Kill runs of ingest at random moments, until one comes to its end first or so many are killed; return the export
    of a clean run after them.

    The store is verified after each. `disturb` is called once, in the middle of a run that is left to end by itself.
    """
    enough = seen.kills + kills
    while seen.kills < enough:
        pid = newslens.start("ingest", str(news), "--db", where, "--quiet")
        time.sleep(chance.expovariate(1 / mean_s))
        if disturb and seen.kills >= enough - kills // 2:
            disturb()
            disturb, ended = None, newslens.wait()
            seen.restarts += 1
            assert ended.code in (0, 5), ended.stderr
            assert ended.code == 0 or ended.stderr.startswith("error: "), ended.stderr
        else:
            ended = newslens.kill(pid)
        seen.codes.append(ended.code)
        verify(newslens, where)
        if ended.code == 0:
            seen.unharmed += 1
            break
        seen.kills += ended.code == -9
        assert ended.code in (-9, 5), ended.stderr
    last = newslens.run("ingest", str(news), "--db", where, "--quiet")
    assert last.code == 0, last.stderr
    return export(newslens, where)


def verify(newslens: WarmNewslens, where: str) -> None:
    """Have the store verified; one that was killed before it was made has nothing wrong with it."""
    ended = newslens.run("verify", "--db", where)
    assert ended.code == 0 or "no store" in ended.stderr or "not a newslens store" in ended.stderr, (
        ended.stdout.decode() + ended.stderr
    )


def export(newslens: WarmNewslens, where: str) -> bytes:
    """Return the claims as CSV."""
    ended = newslens.run("claims", "--db", where, "--format", "csv", "--quiet")
    assert ended.code == 0, ended.stderr
    return ended.stdout


# --- writers beside readers

SHARED = 12
"""Sources that all writers write, beside ten of each one's own."""
OWN = 10
CLAIMS = 3


def beside(where: str, *, writers: int, readers: int, seconds: float) -> dict[str, int]:
    """Let processes write and read the store; return how much they did.

    Raises: AssertionError: a row was lost, or half seen, or an error came to one of them.
    """
    open_store(where, create=True).close()
    jobs = [("write", n) for n in range(writers)] + [("read", n) for n in range(readers)]
    running = [_beside_us(kind, where, n, seconds) for kind, n in jobs]
    for process in running:  # all begin at once, however long each took to load
        assert _pipe(process.stdout).readline() == "ready\n", _pipe(process.stderr).read()
    for process in running:
        _pipe(process.stdin).write("go\n")
        _pipe(process.stdin).flush()
    done = {"writings": 0, "readings": 0}
    last: dict[str, int] = {}
    for (kind, n), process in zip(jobs, running, strict=True):
        out, err = process.communicate()
        assert process.returncode == 0, f"{kind} {n}: {err}"
        told = json.loads(out)
        done["writings" if kind == "write" else "readings"] += told["done"]
        last |= told.get("last", {})
    with open_store(where) as store:
        found = dict(_versions(store))
        assert {source: found.get(source) for source in last} == last, "a writing was lost"
        assert len(found) <= writers * OWN + SHARED
        assert list(store.verify()) == []
    return done


def _beside_us(kind: str, where: str, number: int, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, kind, where, str(number), str(seconds)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _article(source: str, version: int) -> tuple[Article, list[Claim]]:
    text = f"{source}, version {version}: " + ", ".join(f"{version} chips of kind {k}" for k in range(CLAIMS))
    article = Article(source=source, text=text, language="en")
    claims, start = [], 0
    for _ in range(CLAIMS):
        quote = f"{version} chips"
        start = text.index(quote, start + 1)
        claims.append(
            Claim(
                claim_id=stable_id(article.article_id, start),
                article_id=article.article_id,
                source=source,
                language="en",
                claim_type="chip_count",
                value_low=version,
                value_high=version,
                bound="exact",
                unit="chip",
                quote=quote,
                char_start=start,
                char_end=start + len(quote),
                sentence=text,
                confidence=0.5,
                extractor_version="soak",
            )
        )
    return article, claims


def _write(where: str, number: int, seconds: float) -> dict[str, object]:
    chance, version, last = random.Random(number), number + 10, dict[str, int]()
    own = [f"own/{number}/{n}.txt" for n in range(OWN)]
    shared = [f"shared/{n}.txt" for n in range(SHARED)]
    done = 0
    with open_store(where) as store:
        until = time.monotonic() + _on_go(seconds)
        while time.monotonic() < until:
            source = chance.choice(own + shared)
            version += 10
            article, claims = _article(source, version)
            assert store.put_article(article, claims, extractor_version="soak", run_id=done)
            done += 1
            if source.startswith("own"):
                last[source] = version
    return {"done": done, "last": last}


def _read(where: str, number: int, seconds: float) -> dict[str, object]:
    done = 0
    with open_store(where) as store:
        until = time.monotonic() + _on_go(seconds)
        while time.monotonic() < until:
            for _source, _version in _versions(store):
                pass
            done += 1
            time.sleep(0.02)
    return {"done": done}


def _on_go(seconds: float) -> float:
    """Say that all is loaded, and wait for the word."""
    print("ready", flush=True)
    assert sys.stdin.readline() == "go\n"
    return seconds


def _versions(store) -> Iterator[tuple[str, int]]:  # type: ignore[no-untyped-def]
    """Yield each source with its version. Raises: AssertionError: it is half one and half another."""
    seen: dict[str, list[Claim]] = {}
    for claim in store.query_claims():
        seen.setdefault(claim.source, []).append(claim)
    for source, claims in seen.items():
        versions = {int(claim.value_low or 0) for claim in claims}
        assert len(claims) == CLAIMS and len(versions) == 1, f"{source}: {len(claims)} claims of versions {versions}"
        yield source, versions.pop()


def main() -> None:
    kind, where, number, seconds = sys.argv[1:]
    work = {"write": _write, "read": _read}[kind]
    print(json.dumps(work(where, int(number), float(seconds))))


if __name__ == "__main__":
    main()
