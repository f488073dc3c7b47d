"""What a proven agent writes: guarded, made to wait, then carried out whole (S3.7, interface.md)."""
