"""The fixed texts of the listener's answers (S1.5), and an enhanced code for every answer (RFC 2034, RFC 3463).

LMTP requires the codes (RFC 2033 5); the SMTP library leaves them out of most of its own answers.
"""

import re

OK = "250 2.1.0 OK"
RECIPIENT_OK = "250 2.1.5 OK"
KEPT = "250 2.0.0 kept"
TROUBLE = "451 4.3.0 Temporary trouble here; please try again later"
NO_ROOM = "452 4.3.1 Too much mail in progress; please try again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients; send the rest in another transaction"
NOT_OURS = "550 5.1.1 No such address here"
NEEDS_UTF8 = "553 5.6.7 This address needs SMTPUTF8"
TOO_LARGE = "552 5.3.4 The message is larger than is accepted here"

_BARE = re.compile(r"([45]\d\d) (?!\d\.\d{1,3}\.\d{1,3} )")
_FAILURES = {"454": "4.7.0", "500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "555": "5.5.4"}
_SUCCESSES = {"250 OK": "250 2.0.0 OK", "221 Bye": "221 2.0.0 Bye"}


def enhanced(answer: str) -> str:
    """Return a one-line answer with an enhanced code, where it has none; a greeting and EHLO's lines stay bare."""
    found = _BARE.match(answer)
    if not found:
        return _SUCCESSES.get(answer, answer)
    code = found[1]
    return f"{code} {_FAILURES.get(code, f'{code[0]}.0.0')} {answer[4:]}"
