# ruff: noqa: E501
"""What a mail server's words mean: the enhanced status code, and whether the address is bad for good.

Sources: RFC 3463, RFC 5321 4.2, and the sentences of the servers that give no code.  Hard is what trying again cannot
mend because the address or its domain takes no mail at all: S3.4 then writes to another contact.  A full mailbox, a
message that is too large and a refusal for its content or sender are not hard.
"""

import re

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")

_UNKNOWN = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient|address|local|mailbox|account)|no such (?:user|recipient|address|mailbox|person|local|account|domain)|"
    r"(?:user|recipient|address|mailbox|account|alias|inbox|email|e-mail|rcpt)(?: \S{1,80})? (?:does not|doesn'?t|not|do not|cannot be|could not be|was not|is not) (?:exist|found|known|valid|a known|listed|a valid|available on)|"
    r"(?:invalid|bad|nonexistent|non-existent|unrouteable|unroutable|undeliverable|illegal) (?:recipient|address|user|mailbox|destination|domain|to|rcpt|final)|"
    r"not (?:our|a valid|a known|listed in|a local|an active) (?:customer|user|mailbox|recipient|account|address|public|domino)|"
    r"(?:account|mailbox|user|recipient|address)(?: \S{1,80})? (?:has been |is |was )?(?:closed|deleted|terminated|removed|no longer)|"
    r"no mailbox (?:here )?by that name|doesn'?t have an? \S{1,40} account|"
    r"no longer (?:available|valid|in use|active|accept|works|exists|on server|with)|recipient (?:address )?rejected: (?:user|undeliverable|unknown|invalid|no such)|"
    r"host (?:\S{1,80} )?(?:not found|unknown)|unknown (?:host|domain)|(?:domain|host)(?: name)?(?: \S{1,80})? (?:does not|doesn'?t) (?:exist|resolve)|domain (?:not found|is invalid)|"
    r"name service error|name or service not known|nxdomain|no (?:mx|a record|dns|route to host)|unrouteable mail domain|couldn'?t find any host|cannot resolve|"
    r"user has moved|not recognized|no valid recipients|domain is not reachable|has moved to|wildcard mx|address lookup|recipient ?notfound|resolver\.adr|does not accept (?:any )?mail|null mx|"
    r"cannot find (?:your|the|a) recipient|unable to (?:find|resolve|locate)|no existe|inconnu|unbekannt|non esiste|desconhecido|не существует",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"quota|mailbox (?:is )?(?:full|exceed)|over ?quota|insufficient (?:system )?(?:storage|disk)|too (?:large|big|many|much)|exceed(?:s|ed)|size limit|spam|"
    r"blacklist|block(?:ed)? (?:list|using|by|for)|blocklist|rbl|spf|dkim|dmarc|policy|reputation|virus|content|relay(?:ing)? (?:access )?(?:denied|not)|not permitted to relay|"
    r"greylist|graylist|temporar|try (?:again|later)|retry|timed? ?out|timeout|connection (?:refused|reset|lost)|rate limit|throttl|authentication required|"
    r"access denied|spamhaus|uribl|disabled|deactivated|suspended|inactive|discontinued|on hold|locked|receiving mail at a rate|media error|malformed|too many hops|hop count|preferences|banned|not authori[sz]ed|reverse dns|ptr record|ip name lookup|expired",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\b(?:sender|mail from|envelope[- ]from|originator)\b|\bfrom:", re.IGNORECASE)
_DELAYED = re.compile(
    r"will (?:be retried|retry|keep trying|continue to|try again)|temporary (?:failure|error|problem)|delayed|still being retried|"
    r"not yet been delivered|this is a warning|no action is required|do not need to resend|retried for|for a long time",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}|https?://\S{1,500}")
_HARD_DETAILS = frozenset({"1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "4.4", "7.17", "7.18", "7.27"})
_LONGEST = 2_000


def status_of(given: str, reason: str) -> str:
    """Return the enhanced status code: the last in the words of the server, else the field's, else one for the reply code."""
    words = _without_names(reason)
    said = [match for match in _STATUS.finditer(words) if match[1] != "2"]
    own = _STATUS.search(given[:40])
    if said and (own is None or not said[-1][0].endswith(".0.0")):
        return said[-1][0]
    if own:
        return own[0]
    reply = _REPLY.search(words)
    return f"{reply[1][0]}.0.0" if reply else ""


def is_hard(status: str, reason: str) -> bool:
    """Tell whether this outcome means that the address takes no mail for good."""
    words = _without_names(reason)
    kind, _, detail = status.partition(".")
    if kind == "4" or _PASSING.search(words) or _SENDER.search(words):
        return False
    return detail in _HARD_DETAILS or bool(_UNKNOWN.search(words))


def is_passing(reason: str) -> bool:
    """Tell whether the words speak of what may pass: a full mailbox, a size, a refusal for content or sender."""
    return bool(_PASSING.search(_without_names(reason)))


def is_only_late(reason: str) -> bool:
    """Tell whether a report says that the server will go on trying."""
    return bool(_DELAYED.search(reason[:_LONGEST]))


def _without_names(reason: str) -> str:
    """Cut addresses and links: a local part may read like a reason."""
    return _NAMES.sub(" ", reason[:_LONGEST])
