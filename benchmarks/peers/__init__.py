"""Other help desks beside us: each in an environment of its own, with the kindest sensible set-up (docs/benchmarks.md).

What runs inside a peer's environment (`*_worker`, `django_*`) imports nothing of ours but `spool`.
"""
