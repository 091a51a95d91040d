"""Runtime: what a process needs around its work: services, event loop, logs, metrics."""
