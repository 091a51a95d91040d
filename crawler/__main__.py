"""`python -m crawler` is `wirewatch`.

Nothing heavy is imported here: a worker process imports this module again, and needs none of it.
"""


def main() -> None:
    """The console script."""
    from crawler.cli.main import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
