"""The clocks of a case: what a decision does to them, and how each due time comes about (R3)."""
