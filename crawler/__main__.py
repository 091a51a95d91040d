"""`python -m crawler` is `wirewatch`.

Nothing heavy is imported here: a worker process imports this module again, and needs none of it.
"""

import signal
import sys


def main() -> None:
    """The console script."""
    if sys.argv[1:2] == ["run"]:
        # It asks a daemon to read its configuration anew: one that is about to does so anyhow.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from crawler.cli.main import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
