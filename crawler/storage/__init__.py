"""The store: every table, and the only code that knows which database is underneath.

The rule: a function of this room takes the connection, and only callers open transactions:

    due = await database.read(lambda connection: pages.unsettled(connection, source, now=now))

So a caller decides what is one transaction. A class stands here only where it holds real state, as
the run lock does. Upkeep that is more than one transaction, or none, takes the database: migrating,
backing up, checking, and pruning batch by batch.

Nobody else imports sqlalchemy: the types `Connection` and `RowMapping` and what can go wrong come
from `crawler.storage.database`.
"""
