"""Mail that waits for somebody: held, quarantined, challenged; asked about, let through, lapsed (S2.3, R2.3, R2.4)."""
