"""What a colleague writes about their own request while it is held: it waits with that, and nobody is asked again."""

from daemon.model.effect import Decision, Detain
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.rules.matching import own_request
from daemon.rules.sighting import Sighting


def asks_after_held(sighting: Sighting) -> bool:
    """The answer of a held request's own writer to our mail about it, while it waits (R2.3)."""
    request, who = own_request(sighting.facts), sighting.who
    if request is None or who is None or who.mpoc is not None or sighting.match is not None:
        return False
    return request.kind is DetainedKind.HELD and request.state is DetainedState.OPEN and request.sender == who.address


def wait_with_held(sighting: Sighting) -> Decision:
    """Keep it beside the request: it comes onto the same case, or ends with the request (R2.3)."""
    request = sighting.facts.answered
    assert request is not None, "the check saw it"
    detain = Detain(
        kind=DetainedKind.HELD,
        reason=f"its writer asks after held request {request.id}",
        customer=request.customer,
        case=request.case,
        is_macd=request.is_macd,
        waits_with=request.id,
    )
    return Decision(outcome=Outcome.HELD, effects=(detain,), rules=("R2.3",), reason=detain.reason)
