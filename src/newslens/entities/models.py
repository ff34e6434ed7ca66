"""The models that find names: which there are, whether one is whole, and how to fetch another."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from newslens.entities.recognition import SHIPPED, load_recognizer
from newslens.entities.shipped_model import ShippedModel
from newslens.errors import SettingsError, SetupError
from newslens.rows import Columns, Row

MODEL_KINDS: Columns = {"model": "text", "languages": "text", "licence": "text", "state": "text"}
HUB_MODELS = (
    ("Davlan/distilbert-base-multilingual-cased-ner-hrl", "fr en zh", "AFL-3.0"),
    ("Davlan/xlm-roberta-base-ner-hrl", "fr en zh", "AFL-3.0"),
    ("Jean-Baptiste/camembert-ner", "fr", "MIT"),
    ("dslim/bert-base-NER", "en", "MIT"),
    ("shibing624/bert4ner-base-chinese", "zh", "Apache-2.0"),
)
_PROBES = (
    ("DeepSeek's founder Liang Wenfeng spoke in Hangzhou.", "Liang Wenfeng", "PER"),
    ("Le ministre Bruno Le Maire a visité Toulouse.", "Toulouse", "LOC"),
    ("华为总裁任正非在深圳接受了采访。", "深圳", "LOC"),
)
"""Sentences, and a name in each that every usable model finds; one a language."""


def known_models() -> Iterator[Row]:
    """Yield a row for the shipped model and each hub model known to fit (`MODEL_KINDS`)."""
    shipped = ShippedModel()
    faults = shipped.verify()
    state = f"broken: {'; '.join(faults)}" if faults else f"ready, version {shipped.version}"
    yield (SHIPPED, "fr en zh", "CC BY-SA 4.0", state)
    needs = "not fetched" if find_spec("torch") else "not fetched; needs newslens[torch]"
    for name, languages, licence in HUB_MODELS:
        yield (name, languages, licence, needs)


def verify_model(model: str = SHIPPED, labels: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """Return what was checked, a line each.

    Raises: SetupError: a file of the model is missing or changed, or it finds no name in any probe sentence.
    """
    lines = []
    if model == SHIPPED:
        shipped = ShippedModel()
        if faults := shipped.verify():
            raise SetupError(f"the names model is broken: {'; '.join(faults)}", hint="install newslens again")
        lines.append(f"files: {len(shipped.config.sha256)} as shipped, version {shipped.version}")
    recognizer = load_recognizer(model, labels)
    if recognizer is None:
        raise SettingsError("`none` is no model", hint="give a folder or a hub id")
    right = 0
    for (text, name, label), found in zip(_PROBES, recognizer.tag([probe[0] for probe in _PROBES]), strict=True):
        hit = any((text[e.start : e.end], e.label) == (name, label) for e in found)
        right += hit
        lines.append(f"{'found' if hit else 'missed'}: {name} ({label})")
    if not right or (model == SHIPPED and right < len(_PROBES)):
        cure = "install newslens again" if model == SHIPPED else "give a token-classification model trained on names"
        raise SetupError(f"the model `{model}` misses names it should find: {'; '.join(lines)}", hint=cure)
    return lines


def pull_model(hub_id: str, folder: Path) -> Path:
    """Fetch a model from the hub into `folder`; return the folder.

    Raises: SetupError: the hub cannot be reached, or has no such model.
    """
    from httpx import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = ["*.json", "*.txt", "*.model", "model.safetensors", "pytorch_model.bin"]
    try:
        return Path(snapshot_download(hub_id, local_dir=folder, allow_patterns=wanted))
    except (HTTPError, HfHubHTTPError, LocalEntryNotFoundError, HFValidationError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SetupError(
            f"cannot fetch `{hub_id}`: {reason}",
            hint="check the id and the network; on a machine that reaches the hub, pull it there and copy the folder",
            model=hub_id,
        ) from error
