"""`newslens serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import say


def serve(
    db: options.Db = options.DEFAULT_DB,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="Where to listen; by default only this machine can connect."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen at.")] = 8001,
) -> None:
    """Show the store in a browser, by Datasette: read-only, with views, facets and ready-made queries.

    Needs the extra `serve`: pip install 'newslens[serve]'. Ends with Ctrl-C.
    """
    from newslens.serving import serve_store

    say(f"serving {db}, read-only, at http://{host}:{port}; stop with Ctrl-C")
    serve_store(db, host=host, port=port)
