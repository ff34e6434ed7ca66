"""The settings of `newslens.toml`: defaults < the file < `NEWSLENS_*` variables < flags, merged once and checked.

Nothing but `load_settings` reads the environment, and no module imports this one before it needs it: pydantic-settings
takes longer to load than `newslens --help` may take.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from newslens.config_file import CONFIG_NAME, CONFIG_VARIABLE, found_config

__all__ = ["CONFIG_NAME", "CONFIG_VARIABLE", "Settings", "found_config", "load_settings"]


def _is_web_address(value: str) -> str:
    if value and not value.lower().startswith(("http://", "https://")):
        raise ValueError(f"`{value}` is no address that begins with http:// or https://")
    return value


def _is_metrics_name(value: str) -> str:
    if value and not value.endswith(".prom"):
        raise ValueError(f"the name `{value}` does not end in .prom, and node_exporter would not read it")
    return value


WebAddress = Annotated[str, AfterValidator(_is_web_address)]


class Section(BaseModel):
    """A table of the file: no other keys, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSettings(Section):
    """The columns (JSON: keys) of tables that hold an article's fields."""

    text: str = Field(default="text", description="the article itself; the one column that every table must have")
    title: str = Field(default="title", description="its title")
    source: str = Field(default="", description="its address; empty: the column url, else the column source")
    published_at: str = Field(default="published_at", description="the day it appeared")
    outlet: str = Field(default="outlet", description="the paper or site")
    id: str = Field(default="id", description="what tells rows without an address apart")


class SourceSettings(Section):
    """Where articles come from."""

    paths: tuple[str, ...] = Field(default=(), description="files, folders and patterns such as drops/**/*.jsonl")
    feeds: tuple[WebAddress, ...] = Field(default=(), description="addresses of RSS and Atom feeds")
    urls: tuple[WebAddress, ...] = Field(
        default=(), description="addresses of single pages, asked for again every night"
    )
    url_lists: tuple[str, ...] = Field(
        default=(), description="files that hold one such address a line; # begins a comment"
    )
    prune: bool = Field(
        default=False, description="remove the claims of files that vanished from a folder or pattern of paths"
    )


class FetchSettings(Section):
    """How feeds and pages are fetched."""

    user_agent: str = Field(
        default="newslens (reads articles for a claims table)",
        min_length=1,
        description="how newslens names itself to sites and to robots.txt; add an address where you can be reached",
    )
    delay_s: float = Field(
        default=1.0, ge=0, description="between two requests to one host; robots.txt may ask for more"
    )
    connect_timeout_s: float = Field(default=10.0, gt=0, description="to reach a host")
    timeout_s: float = Field(default=60.0, gt=0, description="for one request as a whole, its body included")
    max_bytes: int = Field(default=10_000_000, ge=1, description="the largest answer, as sent and as unpacked")
    max_redirects: int = Field(default=5, ge=0, description="each is checked like the first address")
    tries: int = Field(default=4, ge=1, description="of a request that met an overloaded, broken or unreachable host")
    max_wait_s: float = Field(
        default=120.0, ge=0, description="the longest wait a host may ask for before its pages are left"
    )
    robots: bool = Field(default=True, description="obey robots.txt")
    allow_private: tuple[str, ...] = Field(
        default=(),
        description="hosts, addresses and networks that may be asked though they are not public, "
        'such as "intranet.example" or "10.1.0.0/16"',
    )
    state: str = Field(default="", description="the file that remembers what was read; empty: beside the database")


class ExportSettings(Section):
    """What is written after the night."""

    files: tuple[str, ...] = Field(
        default=(), description="claims, in the format of the suffix: .csv .jsonl .json .parquet .xlsx .delta"
    )
    core: bool = Field(default=False, description="only training_cost, chip_count and token_price")
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="only claims at least this sure")


class ReportSettings(Section):
    """The page that shows the claims, and what changed since the run before."""

    file: str = Field(default="", description="where to write it, as one HTML file; empty: none is written")
    language: Literal["en", "fr", "zh"] = Field(default="en", description="the language of the page: en, fr or zh")


class SummarySettings(Section):
    """What the night did, as files; stdout has it too."""

    text_file: str = Field(default="", description="a file for it in a few lines")
    json_file: str = Field(default="", description="a file for it as JSON")
    markdown_file: str = Field(default="", description="a file for it as Markdown, ready to be sent by mail")


class WebhookSettings(Section):
    """Whom to tell; that this fails never fails the night."""

    url: WebAddress = Field(default="", description="gets the summary as JSON, by POST; empty: nobody is told")
    timeout_s: float = Field(default=10.0, gt=0, description="for one try")
    tries: int = Field(default=3, ge=1, description="before it is given up and noted in the log")


class LogSettings(Section):
    """What the night says while it goes on."""

    format: Literal["text", "json"] = Field(default="text", description="text, or json: one object a line")
    file: str = Field(default="", description="a file to add to; empty: stderr")


class MetricsSettings(Section):
    """Figures for Prometheus."""

    file: Annotated[str, AfterValidator(_is_metrics_name)] = Field(
        default="", description="a file for node_exporter's textfile collector: its name must end in .prom"
    )


class Settings(BaseSettings):
    """All settings; `newslens init` writes them out with what each means."""

    model_config = SettingsConfigDict(env_prefix="NEWSLENS_", env_nested_delimiter="__", extra="forbid", frozen=True)

    db: str = Field(
        default="data/newslens.db", min_length=1, description="the store: the path of a database file, or a URL"
    )
    format: Literal["table", "csv", "jsonl", "json", "parquet", "xlsx"] = Field(
        default="table",
        description="how claims, articles and failures are printed: table, csv, jsonl, json, parquet or xlsx",
    )
    max_article_bytes: int = Field(
        default=5_000_000, ge=1, description="the largest article to read, after decompression"
    )
    workers: int = Field(
        default=0,
        ge=0,
        description="processes that extract claims; 0: one for each processor core, where there is enough to do",
    )
    engine: Literal["local", "dask"] = Field(
        default="local", description="where claims are extracted: local, on this machine, or dask, on a cluster"
    )
    scheduler: str = Field(
        default="", description="the Dask scheduler of engine dask, tcp://…; empty: a cluster made on this machine"
    )
    parts: str = Field(
        default="",
        description="where the workers of engine dask leave what they made, a folder or an address that all see; "
        "empty: beside the database",
    )
    names: str = Field(default="", description="a names file, or a folder of them, that extends the name base")
    ner_model: str = Field(
        default="shipped",
        min_length=1,
        description="the model that finds names: shipped, none, or the folder or hub id of another",
    )
    ner_labels: tuple[str, ...] = Field(
        default=(), description='what another model\'s labels mean, such as "FIRM=ORG": PER, ORG, LOC, PROD or nothing'
    )
    columns: ColumnSettings = ColumnSettings()
    sources: SourceSettings = SourceSettings()
    fetch: FetchSettings = FetchSettings()
    exports: ExportSettings = ExportSettings()
    report: ReportSettings = ReportSettings()
    summary: SummarySettings = SummarySettings()
    webhook: WebhookSettings = WebhookSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()


def load_settings(path: Path | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings: those of the file at `path`, if any, below the environment's, below `flags`.

    Raises: SettingsError: the file cannot be read, or a key or value is wrong; it names the place and the nearest key.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError as BadVariable

    from newslens import config_errors

    if path is not None:
        config_errors.check_file(path)
    config_errors.check_variables(os.environ, Settings)

    class Merged(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """Return them, the strongest first."""
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    try:
        merged = Merged(**dict(flags or {}))
    except ValidationError as error:
        raise config_errors.explained(error, path, os.environ, flags or {}, Settings) from error
    except BadVariable as error:
        raise config_errors.broken_variable(error) from error
    return Settings.model_construct(**{name: getattr(merged, name) for name in Settings.model_fields})
