"""What changed between two sets of claims."""

from __future__ import annotations

from fact_claims import claim

from newslens.groups.diff import CHANGE_KINDS, change_rows, compare


def test_claims_are_new_changed_or_gone() -> None:
    before = [claim(1, 5.6e6), claim(2, 7e9, subject="Meta"), claim(3, 2.0, subject="GPT-4")]
    now = [claim(1, 5.6e6), claim(2, 8e9, subject="Meta"), claim(4, 9.0, subject="Kimi K2")]
    changes = compare(before, now, since="1")
    assert changes.counts() == {"new": 1, "changed": 1, "vanished": 1, "conflicts": 0}
    ((was, is_now),) = changes.changed
    assert (was["value_low"], is_now["value_low"]) == (7e9, 8e9)
    assert changes.vanished[0]["subject"] == "GPT-4"


def test_an_article_written_anew_changes_only_what_it_says_otherwise() -> None:
    """Ids come from the text: with one comma more, all are others."""
    now = [
        claim(11, 5.6e6, source="a.txt", quote="5600000.0"),
        claim(12, 9e9, source="a.txt", subject="Meta", quote="nine"),
    ]
    before = [claim(1, 5.6e6, source="a.txt"), claim(2, 7e9, source="a.txt", subject="Meta")]
    changes = compare(before, now, since="1")
    assert changes.counts() == {"new": 0, "changed": 1, "vanished": 0, "conflicts": 0}


def test_a_group_that_becomes_a_conflict_is_told_once() -> None:
    before = [claim(1, 5.6e6)]
    now = [*before, claim(2, 1.6e9)]
    changes = compare(before, now, since="1")
    assert [group.subject for group in changes.conflicts] == ["DeepSeek-V3"]
    assert compare(now, now, since="2").counts() == {"new": 0, "changed": 0, "vanished": 0, "conflicts": 0}
    rows = [dict(zip(CHANGE_KINDS, row, strict=True)) for row in change_rows(changes)]
    assert [(row["change"], row["subject"]) for row in rows] == [("conflict", "DeepSeek-V3"), ("new", "DeepSeek-V3")]
