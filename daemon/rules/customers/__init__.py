"""What customers' mail does: requests, answers, approvals, wishes (R1, R4, R9, R10)."""
