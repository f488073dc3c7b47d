"""Media types and the ends of file names that go with them, both ways: for parts that lack the one or the other."""

ENDINGS = {
    "message/rfc822": ".eml", "message/global": ".eml", "text/calendar": ".ics", "text/plain": ".txt",
    "text/html": ".html", "text/csv": ".csv", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "image/png": ".png",
    "image/jpeg": ".jpg", "image/gif": ".gif", "image/svg+xml": ".svg", "image/bmp": ".bmp", "image/webp": ".webp",
    "image/tiff": ".tiff", "application/pdf": ".pdf", "application/zip": ".zip", "application/json": ".json",
    "application/xml": ".xml", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/ms-tnef": ".dat",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "audio/mpeg": ".mp3", "audio/wav": ".wav",
    "video/mp4": ".mp4",
}  # fmt: skip
"""The usual end of a file's name, by its type."""

_UNKNOWN = "application/octet-stream"
_OTHERS = {".jpeg": "image/jpeg", ".htm": "text/html", ".log": "text/plain", ".tif": "image/tiff"}
_TYPES = dict(reversed([(ending, media) for media, ending in ENDINGS.items()])) | _OTHERS


def type_of_name(name: str) -> str:
    """Return the media type that a file's name tells, or that of unknown octets."""
    return _TYPES.get("." + name.rpartition(".")[2].lower(), _UNKNOWN)
