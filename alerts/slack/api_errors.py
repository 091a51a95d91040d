"""Errors of Slack's Web API, rate limits among them: what each means for the alert, in words.

Slack answers most refusals with HTTP 200 and `{"ok": false, "error": CODE}`
(https://docs.slack.dev/reference/methods/chat.postMessage lists the codes).
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.channel import BadChannel, MessageRejected, Retry, Unknown

NO_THREAD = "thread_not_found"
_BUSY = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "service_unavailable",
        "team_added_to_org",
        "message_limit_exceeded",
        "rollup_error",
    }
)
# Slack says of these that part of the work may have been done.
_BROKEN = frozenset({"fatal_error", "internal_error", "request_timeout"})
_BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
#: Only these name the message itself as the fault; nothing else ends an alert.
_MESSAGE = _BLOCKS | frozenset(
    {
        "no_text",
        "invalid_arguments",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "too_many_attachments",
        "message_not_found",
        "cannot_reply_to_message",
        "cant_update_message",
        "edit_window_closed",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
        NO_THREAD,
    }
)
_CHANNEL = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
# The operator's to mend, and no fault of the alert: it waits until the token is right.
_TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
        "account_inactive",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "access_denied",
        "org_login_required",
        "ekm_access_denied",
        "team_access_not_granted",
        "accesslimited",
        "two_factor_setup_required",
    }
)
_WORDS = {
    "invalid_auth": "Slack does not accept the token",
    "not_authed": "Slack does not accept the token",
    "token_expired": "the token has expired",
    "token_revoked": "the token was revoked",
    "account_inactive": "the token's bot was removed from the workspace",
    "missing_scope": "the token lacks a scope; the bot needs chat:write",
    "not_allowed_token_type": "this is another kind of token; it must be the bot token (xoxb-…)",
    "no_permission": "the workspace does not let the token do this",
    "access_denied": "Slack does not let the token do this",
    "org_login_required": "the workspace is being moved to an organization",
    "ekm_access_denied": "the workspace's administrators have suspended access",
    "team_access_not_granted": "the token was not granted this workspace",
    "channel_not_found": "Slack knows no such channel, or the bot may not see it; invite the bot",
    "not_in_channel": "the bot is not in the channel; invite it there",
    "is_archived": "the channel is archived",
    "restricted_action": "the workspace does not let the bot post in this channel",
    "message_not_found": "the story's message is no longer there",
    "cannot_reply_to_message": "the story's message is no longer there",
    "cant_update_message": "Slack does not let the bot edit its message",
    "edit_window_closed": "the workspace does not let messages be edited so late",
    "msg_too_long": "the message is too long for Slack",
    "invalid_blocks": "Slack does not accept the message's blocks",
    "accesslimited": "the workspace takes no requests from this network address",
    "message_limit_exceeded": "the workspace has sent too many messages",
    "restricted_action_read_only_channel": "the channel is read-only for the bot",
    "restricted_action_thread_only_channel": "the channel takes nothing but replies",
}
_BLIND = {
    "missing_scope": "the token lacks the scope channels:history (or groups:history, and "
    "channels:read or groups:read where the target is a #name)",
    "not_in_channel": "the bot is not in the channel, so it cannot read its history",
    "channel_not_found": "the bot may not read the channel's history",
    "no_permission": "the token may not read the channel's history",
    "not_allowed_token_type": "this kind of token may not read the channel's history",
    "unknown_method": "this server has no conversations.history",
    "method_not_supported_for_channel_type": "this kind of channel has no history",
}
SHORTEST_WAIT = 1.0  # seconds, whatever Slack asks for
LONGEST_WAIT = 300.0  # after that it is asked again
_PATIENT = 5.0  # seconds, where Slack says "later" without saying when


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A refusal. `code` is Slack's word for it, "" where the body has none."""

    status: int
    code: str = ""
    retry_after: float | None = None


def verdict(answer: Answer) -> Retry | Unknown | MessageRejected:
    """What to do about a refused send."""
    words = _words(answer)
    if answer.status == 429 or answer.code in _BUSY:
        stated = _PATIENT if answer.retry_after is None else answer.retry_after
        after = min(max(stated, SHORTEST_WAIT), LONGEST_WAIT)
        return Retry(f"Slack asks to wait {after:g} s", after=after)
    if answer.status >= 500 or answer.status == 408 or answer.code in _BROKEN:
        return Unknown(words)
    if answer.code in _MESSAGE:
        return MessageRejected(words)
    if answer.code in _TOKEN:
        return BadChannel(f"{words}. Mend WIREWATCH_SLACK__TOKEN, then start again")
    if answer.code:  # the channel's fault, or one that is not known here: never the alert's
        return BadChannel(words)
    if answer.status >= 400:
        return Retry(f"{words}, and no answer of Slack's; a proxy? Is slack.base_url right?")
    return Unknown("an answer that is not Slack's")


def wants_less(answer: Answer) -> bool:
    """The same message might pass without blocks, or shorter: so too where nobody knows why not."""
    known = _BUSY | _BROKEN | _MESSAGE | _CHANNEL | _TOKEN
    return answer.code in _BLOCKS or bool(answer.code and answer.code not in known)


def why_blind(answer: Answer) -> str:
    """Why the channel's history cannot be read, ever; "" where it could be."""
    if answer.status == 404:
        return _BLIND["unknown_method"]
    return _BLIND.get(answer.code, "")


def _words(answer: Answer) -> str:
    if not answer.code:
        return f"HTTP {answer.status}"
    explained = _WORDS.get(answer.code)
    return f"{answer.code}: {explained}" if explained else answer.code
