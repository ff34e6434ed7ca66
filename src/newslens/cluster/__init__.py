"""Extraction on many machines: files go to workers, parts come back, one process loads them."""
