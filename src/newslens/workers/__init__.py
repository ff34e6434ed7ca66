"""Extraction in several processes of one machine."""
