"""The command line in processes of their own that need no start-up: one process loads everything, and forks.

So a test can end a run at any moment of its work, not of its imports. As a program: reads one JSON list of arguments a
line, runs `newslens` with them in a new process, and answers with its number, then with how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self

HERE = Path(__file__)


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, or minus the signal that ended it; what it wrote."""

    code: int
    stdout: bytes
    stderr: str


class WarmNewslens:
    """Starts commands at once; `with` keeps the loaded process."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        self._server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, str(HERE), str(self._out), str(self._err)]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()  # it is ready
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._stream("stdin").close()
            self._server.wait()

    def start(self, *arguments: str) -> int:
        """Begin a command; return its process."""
        self._stream("stdin").write(json.dumps(arguments) + "\n")
        self._stream("stdin").flush()
        return int(self._answer())

    def wait(self) -> Ended:
        """Return how the command begun last ended."""
        code = int(self._answer())
        return Ended(code, self._out.read_bytes(), self._err.read_text("utf-8"))

    def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        self.start(*arguments)
        return self.wait()

    def kill(self, pid: int) -> Ended:
        """End the command as `kill -9` does; it may have ended before. Raises: AssertionError: it leaves children."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return self.wait()
        ended = self.wait()
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return ended
        raise AssertionError(f"process {pid} was killed, and others of its group live on")

    def _answer(self) -> str:
        return self._stream("stdout").readline()

    def _stream(self, name: str) -> IO[str]:
        stream: IO[str] = getattr(self._server, name)
        return stream


def serve(out: Path, err: Path) -> None:
    """Answer what is asked on stdin."""
    from newslens import pipeline
    from newslens.cli.app import main
    from newslens.store import frames, postgres, sqlite

    assert frames and postgres and sqlite
    pipeline.warm_up()
    pipeline.identify(pipeline.Article(source="-", text="DeepSeek says it trained V3 on 2,048 Nvidia H800 chips."))
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            for path, number in ((out, 1), (err, 2)):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            _run(main, json.loads(line))
        os.setpgid(pid, pid) if _lives(pid) else None
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _run(main: Any, arguments: list[str]) -> NoReturn:
    """Run a command and end this process as it says; without the exit handlers of libraries whose threads it lacks."""
    try:
        main(arguments, prog_name="newslens")
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - told as the interpreter would
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
