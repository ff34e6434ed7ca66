"""The model that ships: its files, plain sentences in three languages, long texts, and what broken files say."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from newslens.entities import shipped_model
from newslens.entities.models import known_models, verify_model
from newslens.entities.recognition import load_recognizer
from newslens.entities.shipped_model import FOLDER, ShippedModel
from newslens.errors import SettingsError, SetupError

Marked = list[tuple[str, str]]

SENTENCES: list[tuple[str, Marked]] = [
    ("Microsoft opened an office in London.", [("Microsoft", "ORG"), ("London", "LOC")]),
    (
        "Barack Obama met Angela Merkel in Paris.",
        [("Barack Obama", "PER"), ("Angela Merkel", "PER"), ("Paris", "LOC")],
    ),
    (
        "Google and Microsoft signed the deal in New York.",
        [("Google", "ORG"), ("Microsoft", "ORG"), ("New York", "LOC")],
    ),
    ("Le président Emmanuel Macron s'est rendu à Berlin.", [("Emmanuel Macron", "PER"), ("Berlin", "LOC")]),
    ("La société Renault a fermé son usine de Lyon.", [("Renault", "ORG"), ("Lyon", "LOC")]),
    ("Microsoft a ouvert un bureau à Marseille.", [("Microsoft", "ORG"), ("Marseille", "LOC")]),
    ("马云在杭州创办了阿里巴巴。", [("马云", "PER"), ("杭州", "LOC"), ("阿里巴巴", "ORG")]),
    ("腾讯公司总部位于深圳。", [("腾讯公司", "ORG"), ("深圳", "LOC")]),
    ("華為總裁任正非在深圳接受採訪。", [("華為", "ORG"), ("任正非", "PER"), ("深圳", "LOC")]),
    ("馬英九在台北發表演說。", [("馬英九", "PER"), ("台北", "LOC")]),
]
"""Three a language, of which the Chinese in both scripts: names that no usable model misses."""


@pytest.fixture(scope="module")
def model() -> ShippedModel:
    return ShippedModel()


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[], Path]:
    """The model's folder in a place where it may be broken."""

    def copy() -> Path:
        return shutil.copytree(FOLDER, tmp_path / "model")

    return copy


def read(model: ShippedModel, text: str) -> Marked:
    [found] = model.tag([text])
    return [(text[entity.start : entity.end], entity.label) for entity in found]


# --- names


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_plain_sentences(model: ShippedModel, text: str, expected: Marked) -> None:
    [found] = model.tag([text])
    assert [(text[e.start : e.end], e.label) for e in found] == expected
    assert [(e.start, e.end) for e in found] == [
        (text.index(name), text.index(name) + len(name)) for name, _ in expected
    ]
    assert all(0 < e.score <= 1 + 1e-6 for e in found)


@pytest.mark.parametrize("text", ["", " ", "   ", "\n\t", "\u3000", "。", "1 234,5", "It rained all day."])
def test_texts_without_names(model: ShippedModel, text: str) -> None:
    assert read(model, text) == []


def test_no_texts(model: ShippedModel) -> None:
    assert model.tag([]) == []


def test_white_space_and_signs_do_not_move_a_name(model: ShippedModel) -> None:
    text = "\n\n  « \u00a0Barack Obama » est arrivé à 👩‍💻 Londres.\u3000"
    assert read(model, text) == [("Barack Obama", "PER"), ("Londres", "LOC")]


def test_the_same_whatever_the_order_and_the_company(model: ShippedModel) -> None:
    texts = [text for text, _ in SENTENCES] + ["", "   ", "word " * 400]
    ordered = model.tag(texts)
    assert model.tag(texts) == ordered
    assert _spans(model.tag(texts[::-1])[::-1]) == _spans(ordered)
    assert _spans([model.tag([text])[0] for text in texts]) == _spans(ordered)


def test_many_texts_are_read_in_batches(model: ShippedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text, _ in SENTENCES] * 3
    whole = model.tag(texts)
    monkeypatch.setattr(shipped_model, "BATCH_PIECES", 1)
    assert _spans(model.tag(texts)) == _spans(whole)


@pytest.mark.parametrize(
    ("filler", "places"),
    [("The rain fell on the hills all day. ", (0, 1, 2)), ("雨下了一整天，山上很安静。\n", (7, 9, 7))],
)
def test_a_long_text_is_read_to_its_end(model: ShippedModel, filler: str, places: tuple[int, int, int]) -> None:
    opening, middle, ending = [SENTENCES[place] for place in places]
    text = f"{opening[0]}\n{filler * 40}{middle[0]}\n{filler * 40}{ending[0]}"
    assert len(model._tokenizer.encode(text).overflowing) > 1
    assert read(model, text) == opening[1] + middle[1] + ending[1]
    [found] = model.tag([text])
    assert found[len(opening[1])].start == text.index(middle[0]) + middle[0].index(middle[1][0][0])
    assert found[-1].start == text.rindex(ending[1][-1][0])


def test_a_name_across_two_windows_is_one_name(model: ShippedModel) -> None:
    around = "Barack Obama met Angela Merkel in Paris. "
    text = around * 60  # wherever a window ends, a name is near
    assert read(model, text) == [("Barack Obama", "PER"), ("Angela Merkel", "PER"), ("Paris", "LOC")] * 60


def _spans(found: list[list[shipped_model.Entity]]) -> list[list[tuple[int, int, str, float]]]:
    """Scores may differ in the last digits, by the width of the batch."""
    return [[(e.start, e.end, e.label, round(e.score, 3)) for e in some] for some in found]


# --- files


def test_the_model_is_whole(model: ShippedModel) -> None:
    assert model.verify() == []
    beside = {"config.json", "figures.json", "README.md"}
    assert set(model.config.sha256) == {path.name for path in FOLDER.iterdir()} - beside


def test_the_model_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 32 * 1024 * 1024


def test_one_model_a_process() -> None:
    assert load_recognizer() is load_recognizer()
    assert load_recognizer("none") is None


def test_verify_reports_what_it_checked() -> None:
    lines = verify_model()
    assert lines[0] == f"files: 2 as shipped, version {ShippedModel().version}"
    assert [line.partition(":")[0] for line in lines[1:]] == ["found"] * 3


def test_none_is_no_model_to_verify() -> None:
    with pytest.raises(SettingsError, match="`none` is no model"):
        verify_model("none")


def test_the_shipped_model_is_the_first_of_the_list() -> None:
    first, *others = known_models()
    assert first == ("shipped", "fr en zh", "CC BY-SA 4.0", f"ready, version {ShippedModel().version}")
    assert all(str(state).startswith("not fetched") for *_, state in others)


def test_a_changed_byte_and_a_missing_file_are_reported(copied: Callable[[], Path]) -> None:
    folder = copied()
    weights = bytearray((folder / "tagger.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (folder / "tagger.onnx").write_bytes(weights)
    assert ShippedModel(folder).verify() == ["tagger.onnx is not the file that was shipped"]
    (folder / "tokenizer.json").unlink()
    assert ShippedModel(folder).verify() == [
        "tagger.onnx is not the file that was shipped",
        "tokenizer.json is missing",
    ]


def test_verify_and_list_tell_of_a_broken_model(copied: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied()
    (folder / "tokenizer.json").unlink()
    monkeypatch.setattr("newslens.entities.models.ShippedModel", lambda: ShippedModel(folder))
    with pytest.raises(SetupError, match=r"the names model is broken: tokenizer.json is missing") as caught:
        verify_model()
    assert caught.value.exit_code == 4
    assert caught.value.hint == "install newslens again"
    assert next(iter(known_models()))[3] == "broken: tokenizer.json is missing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", None),
        ("config.json", b"{"),
        ("config.json", b"\xff\xfe"),
        ("config.json", b"{}"),
        ("tagger.onnx", None),
        ("tagger.onnx", b""),
        ("tagger.onnx", b"not a graph"),
        ("tokenizer.json", None),
        ("tokenizer.json", b""),
        ("tokenizer.json", b'{"model": {}}'),
    ],
)
def test_a_broken_file_is_named_with_the_cure(copied: Callable[[], Path], name: str, content: bytes | None) -> None:
    folder = copied()
    path = folder / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SetupError) as caught:
        ShippedModel(folder).tag(["Barack Obama"])
    assert caught.value.message.startswith(f"the names model is broken: `{name}`: ")
    assert "\n" not in caught.value.message
    assert caught.value.hint == "install newslens again: pip install --force-reinstall --no-deps newslens"
    assert caught.value.path == str(path)  # type: ignore[attr-defined]


def names_in(text: str) -> object:
    model = load_recognizer("shipped")
    assert model is not None
    return model.tag([text])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_finds_names_too() -> None:
    text = SENTENCES[0][0]
    expected = names_in(text)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        assert pool.submit(names_in, text).result(timeout=60) == expected


def test_a_config_that_says_more_is_broken(copied: Callable[[], Path]) -> None:
    folder = copied()
    held = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(held | {"colour": "red"}), "utf-8")
    with pytest.raises(SetupError, match=r"`config\.json`"):
        ShippedModel(folder)
