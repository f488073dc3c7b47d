"""The smallest PDFs that readers open: lines of Helvetica on pages, written by hand (ISO 32000-1)."""


def a_pdf(*lines: str, pages: int = 1) -> bytes:
    """Return a PDF whose every page says these lines; without lines its pages are empty, as a scanned one's text is."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines).encode("latin-1")
    stream = b"BT /F1 12 Tf 14 TL 72 720 Td\n" + shown + b"ET"
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        *[page.encode()] * pages,
    ]
    return _file(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Number the objects from 1, and write the table of where each begins."""
    octets, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(octets))
        octets += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(octets))
    return octets + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def encrypted(pdf: bytes) -> bytes:
    """Return the same file, saying of itself that it is encrypted."""
    words = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [(a) (a)] " % (b"o" * 32, b"u" * 32)
    return pdf.replace(b"/Root 1 0 R ", b"/Root 1 0 R " + words)
