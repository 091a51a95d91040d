"""The parts of the mock Slack: what it holds, what it refuses, how it fails, its WebSocket."""
