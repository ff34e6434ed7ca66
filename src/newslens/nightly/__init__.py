"""The unattended run: sources, what is new in them, exports, and word of how it went."""
