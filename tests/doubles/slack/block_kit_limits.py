"""What Slack's documentation says a message may hold; answers with the error that Slack gives.

https://docs.slack.dev/reference/block-kit has the limits of each block, and
https://docs.slack.dev/reference/methods/chat.postMessage the error codes. The limit on all blocks
together is not documented; https://github.com/slackapi/bolt-js/issues/2509 measured it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCKS = 50
SECTION = 3000
FIELDS = 10
FIELD = 2000
CONTEXT_ELEMENTS = 10
CONTEXT = 2000
HEADER = 150
ACTIONS = 25
BUTTON = 75
BUTTON_VALUE = 2000
ADDRESS = 3000
IDENTIFIER = 255
ALL_BLOCKS = 13_000
ATTACHMENTS = 100
TEXT = 40_000
METADATA = 8_000


def refusal(message: dict[str, Any]) -> str:
    """Slack's error code for what is wrong with a chat.postMessage body; "" if nothing is."""
    return complaint(message)[0]


def complaint(message: dict[str, Any]) -> tuple[str, list[str]]:
    """The error code, and Slack's words for each block that is wrong."""
    blocks, attachments = decoded(message.get("blocks")), decoded(message.get("attachments"))
    if not isinstance(blocks, list):
        return "invalid_blocks_format", []
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        return "invalid_attachments", []
    text = message.get("text") or ""
    if not text and not blocks and not attachments:
        return "no_text", []
    if len(text) > TEXT:
        return "msg_too_long", []
    if len(attachments) > ATTACHMENTS:
        return "too_many_attachments", []
    return _content(blocks, attachments) or (_metadata(decoded(message.get("metadata"), {})), [])


def decoded(value: Any, nothing: Any = ()) -> Any:
    """A list or object as it is, or out of its JSON; None where it is neither."""
    if value is None or value == "":
        return list(nothing) if nothing == () else nothing
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _content(blocks: list[Any], attachments: list[Any]) -> tuple[str, list[str]] | None:
    found = list(_blocks(blocks, "/blocks"))
    if found:
        return "invalid_blocks", [f"[ERROR] {what} [json-pointer:{where}]" for where, what in found]
    for number, attachment in enumerate(attachments):
        within = attachment.get("blocks") or []
        if not isinstance(within, list) or any(_blocks(within, f"/attachments/{number}/blocks")):
            return "invalid_attachments", []
        blocks = blocks + within
    return ("msg_blocks_too_long", []) if _whole(blocks) > ALL_BLOCKS else None


def _whole(value: Any) -> int:
    """How many characters of text the blocks hold together."""
    if isinstance(value, list):
        return sum(map(_whole, value))
    if isinstance(value, dict):
        return sum(
            len(part) if key == "text" and isinstance(part, str) else _whole(part)
            for key, part in value.items()
        )
    return 0


_Found: TypeAlias = "Iterator[tuple[str, str]]"  # where, and what is wrong there


def _blocks(blocks: list[Any], at: str) -> _Found:
    if len(blocks) > BLOCKS:
        yield at, f"no more than {BLOCKS} items allowed"
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    if len(ids) != len(set(ids)):
        yield at, "`block_id` must be unique"
    for number, block in enumerate(blocks):
        where = f"{at}/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in _CHECKS:
            yield f"{where}/type", f"unsupported type: {kind}"
            continue
        yield from _longer(block, "block_id", IDENTIFIER, where)
        yield from _CHECKS[kind](block, where)


def _section(block: dict[str, Any], at: str) -> _Found:
    fields = block.get("fields")
    if block.get("text") is not None or not fields:
        yield from _text(block.get("text"), SECTION, f"{at}/text")
    if fields is not None:
        if not 0 < len(fields) <= FIELDS:
            yield f"{at}/fields", f"no more than {FIELDS} items allowed"
        for number, field in enumerate(fields):
            yield from _text(field, FIELD, f"{at}/fields/{number}")
    if accessory := block.get("accessory"):
        yield from _element(accessory, f"{at}/accessory")


def _header(block: dict[str, Any], at: str) -> _Found:
    yield from _plain(block.get("text"), HEADER, f"{at}/text")


def _context(block: dict[str, Any], at: str) -> _Found:
    elements = block.get("elements") or []
    if not elements:
        yield f"{at}/elements", "no fewer than 1 items allowed"
    if len(elements) > CONTEXT_ELEMENTS:
        yield f"{at}/elements", f"no more than {CONTEXT_ELEMENTS} items allowed"
    for number, element in enumerate(elements):
        where = f"{at}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _image(element, where)
        else:
            yield from _text(element, CONTEXT, where)


def _actions(block: dict[str, Any], at: str) -> _Found:
    elements = block.get("elements") or []
    if not 0 < len(elements) <= ACTIONS:
        yield f"{at}/elements", f"no more than {ACTIONS} items allowed, and no fewer than 1"
    names = [one.get("action_id") for one in elements if isinstance(one, dict)]
    if len(names) != len(set(names)):
        yield f"{at}/elements", "`action_id` must be unique in a block"
    for number, element in enumerate(elements):
        yield from _element(element, f"{at}/elements/{number}")


def _element(element: Any, at: str) -> _Found:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind == "image":
        yield from _image(element, at)
    elif kind == "button":
        yield from _plain(element.get("text"), BUTTON, f"{at}/text")
        yield from _longer(element, "action_id", IDENTIFIER, at)
        yield from _longer(element, "value", BUTTON_VALUE, at)
        yield from _longer(element, "url", ADDRESS, at)
        if element.get("style", "primary") not in {"primary", "danger"}:
            yield f"{at}/style", "must be one of: primary, danger"
        if confirm := element.get("confirm"):
            yield from _plain(confirm.get("title"), 100, f"{at}/confirm/title")
            yield from _text(confirm.get("text"), 300, f"{at}/confirm/text")
    elif kind not in {"overflow", "static_select", "users_select", "datepicker"}:
        yield f"{at}/type", f"unsupported type: {kind}"


def _image(image: dict[str, Any], at: str) -> _Found:
    for key in ("image_url", "alt_text"):
        if not image.get(key):
            yield f"{at}/{key}", "missing required field"


def _anything(block: dict[str, Any], at: str) -> _Found:
    yield from ()


_CHECKS: dict[Any, Callable[[dict[str, Any], str], _Found]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "divider": _anything,
    "rich_text": _anything,
}


def _plain(text: Any, longest: int, at: str) -> _Found:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        yield at, "must be a plain_text object"
    else:
        yield from _text(text, longest, at)


def _text(text: Any, longest: int, at: str) -> _Found:
    if not isinstance(text, dict) or text.get("type") not in {"mrkdwn", "plain_text"}:
        yield at, "failed to match all allowed schemas"
    elif not isinstance(text.get("text"), str):
        yield f"{at}/text", "must be a string"
    elif not text["text"]:
        yield f"{at}/text", "must be more than 0 characters"
    elif len(text["text"]) > longest:
        yield f"{at}/text", f"must be less than {longest + 1} characters"


def _longer(element: dict[str, Any], key: str, longest: int, at: str) -> _Found:
    if len(str(element.get(key, ""))) > longest:
        yield f"{at}/{key}", f"must be less than {longest + 1} characters"


def _metadata(metadata: Any) -> str:
    if metadata == {}:
        return ""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return "invalid_metadata_format"
    if not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > METADATA else ""
