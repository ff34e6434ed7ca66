"""`ingest_on_cluster`: one process that hands files to workers, and loads what comes back as `ingest` would have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from newslens.active_run import ActiveRun, Group
from newslens.batch import running
from newslens.cluster.files import FileRef, batches, find_refs
from newslens.cluster.parts import Made, PartFolder
from newslens.cluster.task import Job
from newslens.cluster.tasks_on_dask import Killed, open_client, results
from newslens.errors import SettingsError
from newslens.extraction import Extractor, Result, pipeline_extractor
from newslens.inputs import Inputs, unread
from newslens.records import Article
from newslens.run_records import IngestSummary, RunOptions, Watcher
from newslens.store.interface import Failure, Store
from newslens.workers.extractions import Extractions, usable_cores


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to extract: the address of a Dask scheduler, or None for a cluster on this machine; and by way of which
    folder of parts, on a disk or in object storage, which all workers write and this process reads.
    """

    parts: str
    scheduler: str | None = None
    is_isolated: bool = True


def cluster_of(inputs: Inputs, *, db: str, scheduler: str | None = None, parts: str | None = None) -> Cluster:
    """Return where to extract; parts of a cluster on this machine stand beside the database file.

    Raises: SettingsError: there is no place for parts, or an input that workers cannot read.
    """
    if any(str(path).lower().startswith(("http://", "https://")) for path in inputs.paths):
        raise SettingsError("pages are not fetched by workers", hint="ingest addresses without --engine dask")
    is_file = "://" not in db or db.startswith("sqlite")
    if not parts and (scheduler or not is_file):
        raise SettingsError("no folder for parts", hint="name one that all workers see: --parts FOLDER-OR-URL")
    return Cluster(parts or f"{db.rpartition('://')[2]}.parts", scheduler or None)


def ingest_on_cluster(
    inputs: Inputs,
    store: Store,
    cluster: Cluster,
    *,
    options: RunOptions | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Read and extract on the workers of a cluster, and store here; return what was done.

    The table is that of `newslens.batch.ingest` over the same inputs. Parts that are there already are not made again,
    and articles that are stored already stay as they are: a run that was cut off is gone on with by the next.
    Raises: as `ingest`. SetupError: the scheduler does not answer. SettingsError: no files, or no place for parts.
    """
    options = options or RunOptions()
    extractor = extractor or pipeline_extractor()
    parts = _address(cluster.parts)
    job = Job(
        extractor=extractor,
        parts=parts,
        columns=inputs.columns,
        max_article_bytes=inputs.max_article_bytes,
        time_limit_s=options.time_limit_s,
        is_isolated=cluster.is_isolated,
    )
    number = options.workers or usable_cores()
    with running(store, options, extractor, watcher, about=inputs) as run:
        made = MadeElsewhere(extractor, options.time_limit_s)
        run.extractions = made
        with open_client(cluster.scheduler, number) as connect:
            tasks = batches(_refs(run, inputs))
            for outcome in results(connect, job, tasks):
                if isinstance(outcome, Killed):
                    run.fail(_killed(outcome.ref))
                    continue
                for name in outcome:
                    _load(run, made, PartFolder(parts).read(name))
        run.catch_up()
        run.drop_settled_failures(inputs)
    return run.summary


@dataclass(eq=False)
class MadeElsewhere(Extractions):
    """What was made of articles on the cluster; the few to be made anew are made here."""

    extractor: Extractor
    time_limit_s: float | None
    made: dict[int, Result] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Extractions.__init__(self, self.extractor, workers=1, time_limit_s=self.time_limit_s)

    @property
    def are_elsewhere(self) -> bool:
        """Say so: what comes is there already, and can be stored in one go."""
        return True

    def of(self, article: Article) -> Result:
        """Return what was made of the article."""
        result = self.made.pop(id(article), None)
        return super().of(article) if result is None else result

    def drop(self, articles: Iterable[Article]) -> None:
        """Forget what was made of the articles."""
        for article in articles:
            self.made.pop(id(article), None)


def _load(run: ActiveRun, made: MadeElsewhere, rows: Iterable[Made]) -> None:
    group = Group()
    for article, result in rows:
        if article is not None:
            made.made[id(article)] = result
            group.add(article)
        elif isinstance(result, Failure):
            group.add(result)
        if group.is_full:
            run.take_group(group)
            group = Group()
    run.take_group(group)


def _refs(run: ActiveRun, inputs: Inputs) -> Iterator[FileRef]:
    def on_skip(path: Path) -> None:
        run.summary.skipped += 1
        run.watcher.skip(path)

    return find_refs(inputs.paths, on_error=lambda error: run.fail(unread(error)), on_skip=on_skip)


def _killed(ref: FileRef) -> Failure:
    return Failure(
        source=ref.name,
        step="read",
        error="WorkerDied",
        message=f"cannot read `{ref.name}`: each worker that tried it was ended",
        hint="it may need more memory than a worker has: give workers more, split the file, or take it out",
    )


def _address(parts: str) -> str:
    if not parts:
        raise SettingsError("no folder for parts", hint="name one that all workers see: --parts FOLDER-OR-URL")
    return parts if "://" in parts else str(Path(parts).absolute())
