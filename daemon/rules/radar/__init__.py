"""Customers' mails that look alike: found, and told to agents; nothing else (R7.1)."""
