"""Text to quantities: what numbers a text states, in which unit, within which bounds."""

from newslens.quantities.grammar import find_quantities as find_quantities
