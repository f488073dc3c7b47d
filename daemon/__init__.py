"""supportd: an email-first ticketing daemon for support desks."""

__version__ = "0.1.0"
