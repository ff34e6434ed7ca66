from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from newslens.errors import SettingsError, StoreError
from newslens.explain import explain_claim, find_claim, sentence_around
from newslens.records import Article
from newslens.store.interface import Store


@pytest.fixture
def stored(store: Store, make_article: Any, make_claim: Any) -> Article:
    article: Article = make_article()
    claims = [
        make_claim(article, claim_id="abc1"),
        make_claim(article, "2,048 H800", claim_id="abd2", claim_type="chip_count"),
    ]
    store.put_article(article, claims, extractor_version="test-1", run_id=1)
    return article


def test_a_claim_is_explained_from_its_article(store: Store, stored: Article) -> None:
    def explain(article: Article) -> Any:
        assert article == stored
        return [SimpleNamespace(claim=claim, reasons=[claim.claim_type]) for claim in store.query_claims()]

    explained = explain_claim(store, "ABC", explain=explain)
    assert explained.claim.claim_id == "abc1"
    assert explained.before + explained.claim.quote + explained.after == explained.claim.sentence
    assert explained.reasons == ["training_cost"]


def test_a_claim_that_is_made_no_more(store: Store, stored: Article) -> None:
    with pytest.raises(StoreError, match="is of extractor test-1") as caught:
        explain_claim(store, "abc1", explain=lambda _: [])
    assert "newslens reextract" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("prefix", "message", "hint"),
    [
        ("ab", "more than one claim begins with `ab`: abc1, abd2", "give more"),
        ("abx", "no claim `abx`", "nearest: abc1, abd2"),
        ("zzz", "no claim `zzz`", "nearest: abc1, abd2"),
        ("", "no claim ``", "holds no claims|nearest"),
        ("%", "no claim `%`", "nearest"),
    ],
)
def test_ids_that_name_no_single_claim(store: Store, stored: Article, prefix: str, message: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        find_claim(store, prefix)
    assert any(part in str(caught.value.hint) for part in hint.split("|"))


def test_an_empty_store(store: Store) -> None:
    with pytest.raises(SettingsError) as caught:
        find_claim(store, "abc")
    assert "newslens ingest" in str(caught.value.hint)


def test_the_right_one_of_two_like_quotes_is_marked(make_article: Any, make_claim: Any) -> None:
    text = "9 chips here. So 9 chips are 9 chips."
    article = make_article(text=text)
    claim = make_claim(article, "9 chips", sentence="So 9 chips are 9 chips.")
    second, third = text.index("9", 2), text.rindex("9")
    for start, before in ((second, "So "), (third, "So 9 chips are ")):
        moved = claim.model_copy(update={"char_start": start, "char_end": start + 7})
        assert sentence_around(moved, text)[0] == before


def test_a_sentence_that_was_tidied_up(make_article: Any, make_claim: Any) -> None:
    article = make_article(text="They  have\n9 chips.")
    assert sentence_around(make_claim(article, "9 chips", sentence="They have 9 chips."), article.text) == (
        "They have ",
        ".",
    )
    assert sentence_around(make_claim(article, "9 chips", sentence="Gone."), article.text) == ("", "")
