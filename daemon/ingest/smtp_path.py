"""The paths of MAIL FROM and RCPT TO, by the grammar of RFC 5321 4.1.2, with UTF-8 as RFC 6531 allows.

Source routes are read over (RFC 5321, appendix C).  Comments, white space, control characters, NUL and octets that
are no UTF-8 are refused: such an address can never be answered.
"""

import re

NULL_PATH = "<>"
"""How a null reverse-path is told from a missing one."""

_ATOMS = r'[^\x00-\x20\x7f-\x9f\ud800-\udfff"(),:;<>@\[\\\]]+'
_QUOTED = r'"(?:[^\x00-\x1f\x7f-\x9f\ud800-\udfff"\\]|\\[\x20-\x7e])*"'
_DOMAIN = r"[^\x00-\x2c\x2f:-@\[-^`{-\x9f\ud800-\udfff]+|\[[0-9A-Za-z.:\-]+\]"
_ROUTE = r"(?:@[A-Za-z0-9_.\-]+(?:,@[A-Za-z0-9_.\-]+)*:)?"
_PATH = re.compile(rf"<{_ROUTE}((?:{_ATOMS}|{_QUOTED})(?:@(?:{_DOMAIN}))?)?>(.*)", re.DOTALL)
_LONGEST = 320  # 64 @ 255: RFC 5321 4.5.3.1


def read_path(argument: str) -> tuple[str, str] | None:
    """Return the address in an argument of MAIL or RCPT and the parameters after it, or None where it is malformed.

    A null path gives `NULL_PATH`.  Angle brackets may be missing, as old clients send it.
    """
    text = argument.strip()
    if text and not text.startswith("<"):
        bare, _, rest = text.partition(" ")
        text = f"<{bare}> {rest}"
    found = _PATH.fullmatch(text)
    if not found:
        return None
    address, parameters = found[1] or "", found[2]
    if len(address) > _LONGEST or not address.isprintable() or (parameters and not parameters.startswith(" ")):
        return None
    return address or NULL_PATH, parameters.strip()
