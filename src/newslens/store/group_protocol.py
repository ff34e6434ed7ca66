"""What every store does about groups: a part of the protocol `Store`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from newslens.rows import Row
from newslens.store.group_records import FactGroup, GroupMember


class GroupStore(Protocol):
    """What a store does about groups; see `Store`."""

    def groups_state(self) -> str | None:
        """Return what `note_groups_state` was told last, None before the first time."""

    def claims_state(self) -> str:
        """Return a text that changes when claims do: their number, and sums over what groups are made of."""

    def unsigned_texts(self, method: str) -> Iterator[tuple[str, str]]:
        """Yield the id and text of each article without a signature of the method."""

    def add_signatures(self, method: str, signatures: Mapping[str, bytes]) -> None:
        """Keep the signatures of texts, by article; they go when the article goes."""

    def signatures(self, method: str) -> Iterator[tuple[str, bytes]]:
        """Yield the signatures of the method, by article."""

    def write_groups(self, groups: Sequence[FactGroup], members: Sequence[GroupMember]) -> None:
        """Put these groups in place of the earlier ones, all or nothing; what is the same is not written again."""

    def note_groups_state(self, state: str) -> None:
        """Note of which claims the groups now are, as `claims_state` told them."""

    def query_groups(self, *, only_conflicts: bool = False) -> Iterator[Row]:
        """Yield rows of `GROUP_KINDS`: conflicts first, then by claims. Raises: StoreError: there are none yet."""

    def query_grouped_claims(self) -> Iterator[Row]:
        """Yield rows of `GROUPED_CLAIM_KINDS` by source and span."""

    def query_conflicts(self) -> Iterator[Row]:
        """Yield rows of `CONFLICT_KINDS` by group."""
