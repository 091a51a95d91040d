"""Storage of crawling: runs, leases, documents, pages, rechecks, backfills, subscriptions."""
