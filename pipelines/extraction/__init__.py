"""From the HTML of any wire to text, title, dates and credit; pure, and run in worker processes.

`article.extract` is the one entrance; `workers.pool.ExtractionPool` runs it where a page can do no
harm.
"""
