"""Index of benchmarks (`python -m benchmarks`), and the measurement that no change may spoil.

This module is what worker processes are started from: it loads nothing until it is asked to.
"""

from __future__ import annotations

import sys

COMMANDS = """\
python -m benchmarks.alerts                 how long it is from publication to the message in Slack
python -m benchmarks.crawl                  pages a second of the whole crawl, beside bare Scrapy
python -m benchmarks.day                    what a day of 60 sources costs, polled every minute
python -m benchmarks.dedup                  what a look-up costs, and which reprints it finds
python -m benchmarks.extraction [FOLDER]    how well and how fast pages are understood, beside peers
python -m benchmarks.flag LABELLED.jsonl    how well and how fast the rules tell hits from the rest
python -m benchmarks.rules [FILE.jsonl]     what the rules cost, by the number of patterns
python -m benchmarks.pages FOLDER           real pages through the real program
python -m benchmarks.polls                  what it costs to poll sources that have nothing new
python -m benchmarks.soak                   whether a daemon's memory grows with its polls
python -m benchmarks.warc                   pages a second of a backfill out of a WARC file
"""


def main() -> None:
    if sys.argv[1:2] == ["contender"]:
        from benchmarks import contender  # noqa: PLC0415

        contender.main(sys.argv[2:])
        return
    from benchmarks import crawl  # noqa: PLC0415

    print(COMMANDS)
    print("Now the crawl; benchmarks/README.md says what it measures.")
    crawl.main()


if __name__ == "__main__":
    main()
