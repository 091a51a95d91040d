"""Storage of alerts: outbox, holds, mutes, follow-ups and the feedback of staff."""
