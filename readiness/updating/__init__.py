"""Bringing an index up to date: what sources say, what it changes, what it means, and writing it back.

`revise` compares an answer with the figures of a file, `suspicion` holds back what may be a fault,
`run` asks the sources and writes, `meaning` says which ranks move, `snapshot` keeps what was said.
"""
