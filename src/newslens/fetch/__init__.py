"""Feeds and pages of the web to articles: fetched politely and within bounds, from public addresses alone."""
