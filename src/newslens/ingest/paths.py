"""Arguments -> files: folders walked, patterns matched, each file once and in sorted order."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from newslens.errors import ArticleUnreadable
from newslens.ingest.input_file import os_reason, unreadable

Found = Path | ArticleUnreadable
_MAGIC = re.compile(r"[*?[]")


def find_files(
    argument: str | Path,
    *,
    is_article: Callable[[Path], object],
    seen: set[str],
    on_skip: Callable[[Path], None] | None = None,
) -> Iterator[Found]:
    """Yield the files that one argument means, or the errors met on the way.

    A file named outright is yielded whatever its suffix. Of a folder or a pattern, those that
    `is_article` refuses, and names that start with a dot, go to `on_skip`. `seen` holds the real paths
    yielded so far, by any argument.
    """
    if not str(argument):
        yield unreadable(Path(argument), "an empty path", hint="give a file, a folder, a pattern or `-`")
        return
    path = Path(argument).expanduser()
    folders: dict[Path, str] = {}
    for found in _expand(path, is_article, on_skip):
        if isinstance(found, Path):
            real = _real_path(found, folders)
            if real in seen:
                continue
            seen.add(real)
        yield found


def _real_path(path: Path, folders: dict[Path, str]) -> str:
    """Return the path without links; that of each folder is looked up once."""
    if path.is_symlink():
        return os.path.realpath(path)
    folder = path.parent
    if folder not in folders:
        folders[folder] = os.path.realpath(folder)
    return f"{folders[folder]}/{path.name}"


def _expand(
    path: Path, is_article: Callable[[Path], object], on_skip: Callable[[Path], None] | None
) -> Iterator[Found]:
    is_pattern = bool(_MAGIC.search(str(path))) and not os.path.lexists(path)
    try:
        matches = _matches(path) if is_pattern else [path]
    except ArticleUnreadable as error:
        yield error
        return
    for match in matches:
        problem = _problem(match)
        if problem:
            yield problem
        elif match.is_dir():
            yield from _walk(match, is_article, on_skip, ())
        elif is_pattern and not is_article(match):
            _skip(match, on_skip)
        else:
            yield match


def _matches(pattern: Path) -> list[Path]:
    """Return what a glob pattern matches, sorted; a wildcard matches no hidden name, as in a shell.

    Raises: ArticleUnreadable: it matches nothing, or is no pattern.
    """
    depth = next(index for index, part in enumerate(pattern.parts) if _MAGIC.search(part))
    base, rest = Path(*pattern.parts[:depth]), pattern.parts[depth:]
    try:
        matches = sorted(base.glob("/".join(rest)))
    except ValueError as error:  # "**" beside other signs in one name
        raise unreadable(pattern, f"no valid pattern: {error}") from error
    if not any(part.startswith(".") for part in rest):
        matches = [match for match in matches if not _is_hidden(match, base)]
    if not matches:
        raise unreadable(pattern, "the pattern matches no file", hint="check the folder it starts in")
    return matches


def _is_hidden(path: Path, base: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(base).parts)


def _problem(path: Path) -> ArticleUnreadable | None:
    """Return why nothing can be read at `path`, if so."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            return unreadable(path, "a link to a file that does not exist")
        return unreadable(path, "no such file or folder", hint="check the spelling and the working directory")
    except OSError as error:
        return unreadable(path, os_reason(error))
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return unreadable(path, "neither a file nor a folder", hint="pipe it in and give `-`")
    return None


def _walk(
    folder: Path,
    is_article: Callable[[Path], object],
    on_skip: Callable[[Path], None] | None,
    ancestors: tuple[tuple[int, int], ...],
) -> Iterator[Found]:
    """Yield the articles below `folder` in the order of their full paths, one folder's names in memory at a time."""
    try:
        told = folder.stat()
        with os.scandir(folder) as entries:
            names = {f"{entry.name}/" if _is_folder(entry) else entry.name: entry.name for entry in entries}
    except OSError as error:
        yield unreadable(folder, os_reason(error))
        return
    identity = (told.st_dev, told.st_ino)
    if identity in ancestors:
        yield unreadable(folder, "the folder leads back to one that contains it", hint="remove the link")
        return
    for sorted_as in sorted(names):
        path = folder / names[sorted_as]
        if path.name.startswith("."):
            _skip(path, on_skip)
        elif sorted_as.endswith("/"):
            yield from _walk(path, is_article, on_skip, (*ancestors, identity))
        elif is_article(path) or not path.exists():
            yield _problem(path) or path
        else:
            _skip(path, on_skip)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say so without asking the disk, where the entry is no link."""
    return Path(entry.path).is_dir() if entry.is_symlink() else entry.is_dir()


def _skip(path: Path, on_skip: Callable[[Path], None] | None) -> None:
    if on_skip is not None:
        on_skip(path)
