"""Agents answer from whatever client they have: plain text, HTML and phones give the same commands and text."""

import pytest

from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"

GMAIL = """<div dir="ltr"><div>#priority 2</div><div>#waiting</div><div><br></div><div>Please send us the log.</div>
<div>Thank you</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">
On Mon, Nov 16, 2026 at 9:00 AM Example Telecom &lt;<a href="mailto:support@desk.example">support@desk.example</a>&gt;
wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{quoted}<br>#status closed</blockquote></div>
"""

OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang="EN-US"><div class="WordSection1">
<p class="MsoNormal">#priority&nbsp;2<o:p></o:p></p><p class="MsoNormal">#waiting<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Please send us the log.<o:p></o:p></p>
<p class="MsoNormal">Thank you<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b>
Example Telecom &lt;support@desk.example&gt;<br><b>Sent:</b> Monday, November 16, 2026 9:00 AM<br><b>To:</b>
agent1@desk.example<br><b>Subject:</b> [SUP-1001] Invoices<o:p></o:p></p></div>
<p class="MsoNormal">{quoted}</p><p class="MsoNormal">#status closed</p></div></body></html>
"""

APPLE = """<html><head></head><body dir="auto"><div dir="ltr"></div><div dir="ltr">#priority 2</div><div>#waiting</div>
<div><br></div><div>Please send us the log.</div><div>Thank you<br><br><div dir="ltr">Sent from my iPhone</div>
<div dir="ltr"><br><blockquote type="cite">On Nov 16, 2026, at 9:00 AM, Example Telecom &lt;support@desk.example&gt;
wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{quoted}<br>#status closed</div></blockquote>
</div></body></html>
"""

PHONE = """#priority 2
#waiting

Please send us the log.
Thank you

Sent from my iPhone

> On Nov 16, 2026, at 9:00 AM, Example Telecom <support@desk.example> wrote:
>
> {quoted}
> #status closed
"""

THUNDERBIRD = """#priority 2
#waiting

Please send us the log.
Thank you

--\N{SPACE}
Agent One
Example Telecom

On 11/16/26 09:00, Example Telecom wrote:
> {quoted}
> #status closed
"""

CLIENTS = {
    "Gmail": ("html", GMAIL),
    "Outlook": ("html", OUTLOOK),
    "Apple Mail": ("html", APPLE),
    "a phone": ("plain", PHONE),
    "Thunderbird": ("plain", THUNDERBIRD),
}


@pytest.mark.parametrize(("subtype", "body"), CLIENTS.values(), ids=CLIENTS.keys())
def test_s2_7_every_client_gives_the_same_commands_and_text(desk: TestDesk, subtype: str, body: str) -> None:
    """S2.7: commands from the new text, before the first quoted line; the customer reads the text and no more."""
    case = desk.mpoc(PRIMARY).writes("Invoices are late").case
    agent = desk.assignee(case)
    notification = desk.last_mail(agent.address, case)

    reply = desk.deliver(octets(notification, agent.address, subtype, body))

    assert (desk.case(case).priority, desk.case(case).waiting_on) == ("P2", "customer")
    assert desk.case(case).messages[-1].text == "Please send us the log.\nThank you"
    assert "#" not in reply.told(PRIMARY).text.replace("##-", "").replace("-##", "")


def octets(mail: Mail, sender: str, subtype: str, body: str) -> bytes:
    """Return an answer to a mail with this body."""
    text = body.replace("{quoted}", "SUP-1001 is new and yours.")
    lines = (
        f"From: {sender}",
        f"To: {mail.message['Reply-To']}",
        f"Subject: RE: {mail.subject}",
        "Message-ID: <agent-1@client.example>",
        f"In-Reply-To: {mail.message['Message-ID']}",
        "MIME-Version: 1.0",
        f"Content-Type: text/{subtype}; charset=utf-8",
        "",
        text,
    )
    return "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()
