"""The only way in from outside: one small module for each kind of source.

A kind knows how to ask for one series and how to read the answer. It writes nothing and decides
nothing: what its answer changes, and whether to take it, is `readiness.updating`'s. `registry` has the
list; more come from packages with entry points in the group `readiness.sources`.
"""
