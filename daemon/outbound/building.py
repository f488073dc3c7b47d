"""From a row to the octets that leave: rendered, composed, checked; or the fixed form where that fails (S3.5)."""

import structlog

from daemon.errors import Permanent
from daemon.model.notice import OutgoingMail
from daemon.model.plan import Provider
from daemon.outbound import fields, guard
from daemon.outbound.compose import Files, compose
from daemon.outbound.fixed_form import fixed_form
from daemon.outbound.rendered import Rendered
from daemon.outbound.templates import Templates


def build(mail: OutgoingMail, templates: Templates, provider: Provider, *, files: Files) -> bytes:
    """Return the octets of a mail; one that cannot be built as meant becomes a fixed text, so that no row sticks.

    Raises:
        Permanent: nothing can be built: the recipient is no address that an envelope can carry.
    """
    if not fields.is_address(mail.notice.to.address):
        raise Permanent("the recipient is not a plain mail address")
    try:
        return _checked(mail, templates.render(mail, provider), provider, files=files)
    except Exception as trouble:  # noqa: BLE001  around one row: a site's template may raise anything
        why = str(trouble) or type(trouble).__name__
    structlog.get_logger().error("mail.replaced_by_fixed_form", row=mail.id, kind=mail.notice.kind.value, why=why)
    return _checked(mail, fixed_form(mail, provider), provider, files=())


def _checked(mail: OutgoingMail, rendered: Rendered, provider: Provider, *, files: Files) -> bytes:
    octets = compose(mail, rendered, provider, files)
    faults = guard.faults(octets, mail, rendered, provider=provider, files=files)
    if faults:
        raise Permanent("; ".join(faults))
    return octets
