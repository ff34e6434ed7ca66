"""Which model recognises names, and what it must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol

from newslens.entities.tagging import Entity

SHIPPED = "shipped"
NO_NER = "none"


class Recognizer(Protocol):
    """What finds names in sentences: the shipped model, or one a user brings."""

    version: str

    def tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the names in each text, labelled PER, ORG, LOC or PROD.

        Offsets: code points of each text, end exclusive.
        """
        ...


@cache
def load_recognizer(model: str = SHIPPED, labels: tuple[tuple[str, str], ...] = ()) -> Recognizer | None:
    """Return the model of that name, loaded once a process: `shipped`, `none`, or a folder or hub id.

    `labels` says what a model's own labels mean, where they are not the usual ones: (its label, one of ours).
    Raises: SetupError: the model is missing or broken, or what it needs is not installed. SettingsError: a label of
            the model means nothing here.
    """
    if model == NO_NER:
        return None
    if model == SHIPPED:
        from newslens.entities.shipped_model import ShippedModel

        return ShippedModel()
    from newslens.entities.hub_model import HubModel

    return HubModel(model, dict(labels))
