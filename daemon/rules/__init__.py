"""Decisions: pure functions of mail, facts, plan and instant.  Standard library and model only."""
