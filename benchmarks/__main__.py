"""`python -m benchmarks`: names what can be measured, then measures the whole crawl."""

from __future__ import annotations

from benchmarks import crawl

if __name__ == "__main__":
    print("more: python -m benchmarks.extraction, .flag, .pages; see benchmarks/README.md\n")
    crawl.main()
