"""Why a stored claim reads as it does: the claim found again in its article, with the reason of each decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newslens.errors import SettingsError, StoreError
from newslens.records import Article, Claim

if TYPE_CHECKING:
    from newslens.pipeline import Explanation, Reason, Setup
    from newslens.store.interface import Store

_FEW = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """A claim, the sentence around its quote, and its reasons, one a decision."""

    claim: Claim
    before: str
    after: str
    reasons: Sequence[Reason]


def explain_claim(
    store: Store,
    claim_id: str,
    *,
    setup: Setup | None = None,
    explain: Callable[[Article], list[Explanation]] | None = None,
) -> Explained:
    """Return the reasons behind the stored claim whose id begins with `claim_id`.

    Raises: SettingsError: no claim or more than one begins so. StoreError: the extractor as it is now does not
            make this claim any more.
    """
    claim = find_claim(store, claim_id)
    article = store.get_article(claim.article_id)
    made = (explain or partial(_pipeline_explain, setup=setup))(article) if article else []
    found = next((explanation for explanation in made if explanation.claim.claim_id == claim.claim_id), None)
    if article is None or found is None:
        raise StoreError(
            f"claim `{claim.claim_id}` is of extractor {claim.extractor_version}; the present one does not make it",
            hint="give the --names and --ner-model it was read with, or run `newslens reextract`",
        )
    before, after = sentence_around(claim, article.text)
    return Explained(claim, before, after, found.reasons)


def _pipeline_explain(article: Article, *, setup: Setup | None) -> list[Explanation]:
    from newslens import pipeline

    return pipeline.explain(article, setup=setup or pipeline.DEFAULT_SETUP)


def find_claim(store: Store, claim_id: str) -> Claim:
    """Return the one claim whose id begins with `claim_id`. Raises: SettingsError: there is none, or there are more."""
    wanted = claim_id.strip().lower()
    exact = store.get_claim(wanted)
    if exact is not None:
        return exact
    found = store.claim_ids(wanted, limit=_FEW + 1) if wanted else []
    if len(found) == 1 and (claim := store.get_claim(found[0])):
        return claim
    if found:
        more = " …" if len(found) > _FEW else ""
        raise SettingsError(
            f"more than one claim begins with `{claim_id}`: {', '.join(found[:_FEW])}{more}", hint="give more of the id"
        )
    near = _nearest(store, wanted)
    hint = f"nearest: {', '.join(near)}" if near else "the store holds no claims: `newslens ingest` makes them"
    raise SettingsError(f"no claim `{claim_id}`", hint=hint)


def sentence_around(claim: Claim, text: str) -> tuple[str, str]:
    """Return what the claim's sentence says before its quote, and after it."""
    start = text.rfind(claim.sentence, 0, claim.char_start + len(claim.sentence))
    place = claim.char_start - start if start >= 0 else claim.sentence.find(claim.quote)
    if not 0 <= place <= len(claim.sentence) - len(claim.quote):
        return "", ""
    return claim.sentence[:place], claim.sentence[place + len(claim.quote) :]


def _nearest(store: Store, wanted: str) -> list[str]:
    """Return a few ids that share the longest beginning with `wanted`."""
    for length in range(len(wanted) - 1, -1, -1):
        if found := store.claim_ids(wanted[:length], limit=_FEW):
            return found
    return []
