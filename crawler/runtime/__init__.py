"""Runtime: what a process needs around its work: services, loop, logs, metrics."""
