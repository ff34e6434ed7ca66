"""Names of accelerator chips, as their makers write them: "H800", "RTX 4090", 昇腾910B."""

from __future__ import annotations

from newslens.languages.pack import alternatives
from newslens.languages.signs import load_signs

_NVIDIA = r"[abhlv][1-9][0-9]{1,2}[a-z]?s?|gb?[23]00(?: nvl72)?|rtx ?[0-9]{4}\w*"
_OTHERS = r"mi ?[0-9]{3}x?|tpu ?v[0-9]\w?|trainium ?[0-9]?"
_HUAWEI = r"[升昇]腾 ?[0-9]*\w?|ascend(?: ?[0-9]+\w{0,2})?"
_MAKER = alternatives(load_signs().chips["makers"])
GENERATION = r"(?:hopper|blackwell|ampere)(?![a-z0-9])"
CHIP_CODE = rf"(?:{_MAKER} ?)?(?:{_NVIDIA}|{_OTHERS}|{_HUAWEI})(?![a-z0-9])"
"""Regex source of a chip's name in folded lower-case text."""
