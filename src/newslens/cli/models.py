"""`newslens models`: the models that find names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.group import CommandGroup
from newslens.cli.output import chosen_format, put_lines, put_rows, say

models = typer.Typer(
    name="models",
    cls=CommandGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, check and fetch the models that find names.",
)


@models.command("list")
def list_models(form: options.AnyFormat = None, as_json: options.Json = False, output: options.Output = None) -> None:
    """List the shipped model, and models of a hub that are known to fit."""
    from newslens.entities.models import MODEL_KINDS, known_models

    put_rows(MODEL_KINDS, known_models(), chosen_format(form, as_json, output), output)


@models.command("verify")
def verify(
    model: Annotated[
        str, typer.Argument(metavar="[FOLDER-OR-HUB-ID]", help="Another model than the shipped one.")
    ] = "shipped",
    ner_label: options.NerLabels = None,
) -> None:
    """Check that a model is whole and names what it should; exit 0 if it does."""
    from newslens.entities.models import verify_model

    setup = options.setup(None, False, model, ner_label)
    put_lines(verify_model(setup.ner, setup.ner_labels))


@models.command("pull")
def pull(
    hub_id: Annotated[str, typer.Argument(metavar="HUB-ID", help="For example dslim/bert-base-NER.")],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where to write it.")],
) -> None:
    """Fetch a model from a hub into a folder, for `--ner-model FOLDER`."""
    from newslens.entities.models import pull_model

    say(f"{hub_id} is in {pull_model(hub_id, to)}")
