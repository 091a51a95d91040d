"""What Slack's documentation says a message may hold; answers with the error that Slack gives."""

from __future__ import annotations

import json
from typing import Any

BLOCKS = 50
SECTION = 3000
CONTEXT_ELEMENTS = 10
HEADER = 150
ALL_BLOCKS = 13_000
TEXT = 40_000
METADATA = 8_000


def refusal(message: dict[str, Any]) -> str:
    """Slack's error code for what is wrong with a chat.postMessage body; "" if nothing is."""
    blocks = message.get("blocks")
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            return "invalid_blocks_format"
    text = message.get("text") or ""
    if not text and not blocks:
        return "no_text"
    if len(text) > TEXT:
        return "msg_too_long"
    return _blocks(blocks or []) or _metadata(message.get("metadata"))


def _blocks(blocks: Any) -> str:
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    if len(blocks) > BLOCKS or not all(_is_block(block) for block in blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if len(json.dumps(blocks)) > 4 * ALL_BLOCKS else _whole(blocks)


def _whole(blocks: list[dict[str, Any]]) -> str:
    texts = [block.get("text", {}).get("text", "") for block in blocks]
    texts += [e.get("text", "") for block in blocks for e in block.get("elements", [])]
    return "msg_blocks_too_long" if sum(map(len, texts)) > ALL_BLOCKS else ""


def _is_block(block: Any) -> bool:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "section":
        return _is_text(block.get("text"), SECTION) or bool(block.get("fields"))
    if kind == "header":
        text = block.get("text") or {}
        return text.get("type") == "plain_text" and _is_text(text, HEADER)
    if kind == "context":
        elements = block.get("elements") or []
        fits = 0 < len(elements) <= CONTEXT_ELEMENTS
        return fits and all(_is_text(element, SECTION) for element in elements)
    return kind in {"divider", "actions", "rich_text"}


def _is_text(text: Any, longest: int) -> bool:
    if not isinstance(text, dict) or text.get("type") not in {"mrkdwn", "plain_text"}:
        return False
    return isinstance(text.get("text"), str) and 0 < len(text["text"]) <= longest


def _metadata(metadata: Any) -> str:
    if metadata is None:
        return ""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return "invalid_metadata_format"
    if not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > METADATA else ""
