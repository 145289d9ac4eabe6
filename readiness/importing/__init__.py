"""Indices that were made elsewhere, as folders of ours: COINr's tables and the JRC's COIN Tool."""
