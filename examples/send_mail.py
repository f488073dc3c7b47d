"""Send the desk a mail, as a customer would: `python -m examples.send_mail "Phones are down"`."""

import argparse
import smtplib
import sys
import uuid
from email.message import EmailMessage
from email.utils import format_datetime

from daemon.clock import system_clock


def main() -> int:
    """Build the mail and hand it to the listener; exit status 1 where the listener does not take it."""
    parser = argparse.ArgumentParser(prog="examples.send_mail", description=__doc__)
    parser.add_argument("subject")
    parser.add_argument("--text", default="Please help.", help="what it says (default: %(default)s)")
    parser.add_argument("--from", dest="sender", default="primary@acme.example", help="default: %(default)s")
    parser.add_argument("--to", default="support@desk.example", help="default: %(default)s")
    parser.add_argument("--server", default="127.0.0.1:8025", help="default: %(default)s")
    chosen = parser.parse_args()
    message = composed(chosen.sender, chosen.to, subject=chosen.subject, text=chosen.text)
    host, _, port = chosen.server.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            client.send_message(message)
    except (OSError, smtplib.SMTPException) as trouble:
        sys.stderr.write(f"{chosen.server} does not take the mail: {trouble}\n")
        return 1
    sys.stdout.write(f"{chosen.server} took the mail.\n")
    return 0


def composed(sender: str, to: str, *, subject: str, text: str) -> EmailMessage:
    """Return the mail as a mail client would write it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(system_clock())
    message["Message-ID"] = f"<{uuid.uuid4()}@{sender.rpartition('@')[2]}>"
    message.set_content(f"{text}\n")
    return message


if __name__ == "__main__":
    sys.exit(main())
