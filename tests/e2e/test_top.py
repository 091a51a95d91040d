"""`wirewatch top` in a terminal of its own: it redraws, resizes, and leaves it as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from crawler.config.config import Config
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60.0
_ENTER, _LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A program in a pseudo-terminal of that size; what it wrote is in `said`."""

    def __init__(self, words: list[str], *, columns: int, lines: int) -> None:
        self._ours, theirs = pty.openpty()
        self.resize(columns, lines)
        self.before = termios.tcgetattr(theirs)
        place = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawler", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=place,
            start_new_session=True,
        )
        self._theirs = theirs
        self.said = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)

    def resize(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, size)

    def until(self, sign: bytes, *, times: int = 1) -> None:
        """Read until it has said this so often from now on."""
        self.said, ended = b"", time.monotonic() + PATIENCE
        while self.said.count(sign) < times:
            assert time.monotonic() < ended, self.said[-2000:]
            if select.select([self._ours], [], [], 0.1)[0]:
                self.said += os.read(self._ours, 65_536)

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def settings(self) -> list[object]:
        return termios.tcgetattr(self._theirs)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "wirewatch.toml"
    url = f"sqlite:///{tmp_path / 'wire.db'}"
    file.write_text(f'enabled = ["tass"]\n[store]\nurl = "{url}"\n', encoding="utf-8")
    services = Services(Config(store={"url": url}))
    assert services.database.is_there
    services.close()
    return file


@pytest.fixture
def terminal(config: Path) -> Iterator[Terminal]:
    words = ["top", "--every", "0.3", "--config", str(config)]
    with Terminal(words, columns=80, lines=24) as opened:
        opened.until(b"1 sources")
        yield opened


def _clocks(said: bytes) -> set[bytes]:
    return set(re.findall(rb"\d\d:\d\d:\d\d UTC", said))


def test_it_draws_over_what_it_drew_and_nothing_flickers(terminal: Terminal) -> None:
    terminal.until(b" UTC", times=6)
    assert len(_clocks(terminal.said)) > 1
    assert b"\x1b[2J" not in terminal.said
    assert _ENTER not in terminal.said


def test_a_window_that_is_resized_is_drawn_anew_at_once(terminal: Terminal) -> None:
    terminal.resize(160, 40)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.until(b" UTC", times=3)
    widest = max(
        len(line) for line in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", terminal.said).split(b"\n")
    )
    assert widest >= 160


@pytest.mark.parametrize("keys", [b"\x03", b"q"])
def test_ctrl_c_and_q_end_it_and_the_terminal_is_as_before(terminal: Terminal, keys: bytes) -> None:
    if keys == b"\x03":  # who starts it in a session of its own sends the signal by hand
        terminal.process.send_signal(signal.SIGINT)
    else:
        terminal.type(keys)
    terminal.until(_LEAVE)
    assert terminal.process.wait(PATIENCE) == 0
    assert terminal.settings() == terminal.before
    assert b"Traceback" not in terminal.said


def test_a_store_that_goes_and_comes_back_is_told(terminal: Terminal, config: Path) -> None:
    file = config.with_name("wire.db")
    file.rename(aside := config.with_name("aside.db"))
    terminal.until(b"no store yet")
    aside.rename(file)
    terminal.until(b"1 sources")


def test_into_a_pipe_goes_one_frame(config: Path) -> None:
    words = [sys.executable, "-m", "crawler", "top", "--config", str(config)]
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100"}
    ended = subprocess.run(words, capture_output=True, check=True, env=place, timeout=PATIENCE)
    shown = ended.stdout.decode()
    assert "no daemon runs" in shown.splitlines()[0]
    assert "tass" in shown
    assert "\x1b" not in shown


def test_one_frame_of_a_store_that_cannot_be_read_is_no_success(config: Path) -> None:
    config.with_name("wire.db").write_text("no database, " * 1000, encoding="utf-8")
    words = [sys.executable, "-m", "crawler", "top", "--once", "--config", str(config)]
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100"}
    ended = subprocess.run(words, capture_output=True, check=False, env=place, timeout=PATIENCE)
    shown = ended.stdout.decode()
    assert "file is not a database" in shown
    assert "no source is enabled" not in shown
    assert ended.returncode == 2
