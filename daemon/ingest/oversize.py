"""A mail over the size limit is represented by its header (S1.2)."""

HEADER_OCTETS = 256 * 2**10  # S4.1


def too_large(limit: int) -> str:
    """Return the reason that stands with such a mail; `limit` in octets."""
    mebi, rest = divmod(limit, 2**20)
    return f"larger than {limit} octets" if rest else f"larger than {mebi} MiB"


def header_of(octets: bytes) -> bytes:
    """Return the header of a mail, its empty line included, cut at the limit of headers."""
    ends = [at + len(gap) for gap in (b"\n\n", b"\n\r\n") if (at := octets.find(gap)) >= 0]
    return octets[: min([*ends, HEADER_OCTETS])]
