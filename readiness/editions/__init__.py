"""Editions: an index frozen with all that made it and what followed, and whether it still follows.

`save` writes one folder, a Frictionless data package; `check` reads it again, hash by hash and score by
score. The layout is in `layout`.
"""
