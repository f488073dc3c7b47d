"""Mail goes out: rendered, composed, submitted, recorded.  Knows nothing of why."""
