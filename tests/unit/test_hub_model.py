"""Any token-classification model: what its labels mean, what it finds, and what a folder lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from newslens.entities.hub_model import HubModel, _columns
from newslens.entities.models import verify_model
from newslens.entities.recognition import load_recognizer
from newslens.entities.tagging import TAGS
from newslens.errors import SettingsError, SetupError
from newslens.pipeline import EXTRACTOR_VERSION, Setup, find_names
from newslens.records import Article

MakeModel = Callable[..., Path]


def tags_of(labels: Sequence[str], **own: str) -> dict[str, dict[str, float]]:
    """For each label of a model, the shares of our tags that it stands for."""
    matrix = _columns(labels, "some/model", own)
    assert matrix.shape == (len(labels), len(TAGS))
    return {
        label: {tag: pytest.approx(share) for tag, share in zip(TAGS, row, strict=True) if share}
        for label, row in zip(labels, matrix, strict=True)
    }


# --- labels


def test_bio_labels() -> None:
    assert tags_of(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]) == {
        "O": {"O": 1},
        "B-PER": {"B-PER": 1},
        "I-PER": {"I-PER": 1},
        "B-LOC": {"B-LOC": 1},
        "I-LOC": {"I-LOC": 1},
    }


@pytest.mark.parametrize(
    ("prefix", "place"), [("B", "B"), ("S", "B"), ("U", "B"), ("I", "I"), ("E", "I"), ("L", "I"), ("M", "I")]
)
def test_bilou_and_bioes_labels(prefix: str, place: str) -> None:
    assert tags_of(["O", f"{prefix}-ORG"])[f"{prefix}-ORG"] == {f"{place}-ORG": 1}


def test_a_label_without_a_prefix_goes_on_rather_than_begins() -> None:
    shares = tags_of(["O", "ORG"])["ORG"]
    assert sum(_columns(["ORG"], "m", {})[0]) == pytest.approx(1)
    assert shares == {"B-ORG": 0.4, "I-ORG": 0.6}


@pytest.mark.parametrize(
    ("label", "ours"),
    [
        ("PERSON", "PER"), ("Person", "PER"), ("pers", "PER"), ("ORGANIZATION", "ORG"), ("company", "ORG"),
        ("government", "ORG"), ("GPE", "LOC"), ("address", "LOC"), ("scene", "LOC"), ("product", "PROD"),
    ],
)  # fmt: skip
def test_usual_labels_have_a_meaning(label: str, ours: str) -> None:
    assert tags_of([f"B-{label}"])[f"B-{label}"] == {f"B-{ours}": 1}


@pytest.mark.parametrize("label", ["O", "MISC", "B-DATE", "I-WORK_OF_ART", "E-MONEY", "B-creative-work", "book"])
def test_labels_of_other_things_are_no_names(label: str) -> None:
    assert tags_of([label])[label] == {"O": 1}


def test_a_label_with_a_dash_of_its_own() -> None:
    assert tags_of(["creative-work"])["creative-work"] == {"O": 1}
    assert tags_of(["B-my-firm"], **{"my-firm": "ORG"})["B-my-firm"] == {"B-ORG": 1}


def test_a_users_own_meaning_wins() -> None:
    assert tags_of(["B-PRODUCT"], PRODUCT="ORG")["B-PRODUCT"] == {"B-ORG": 1}
    assert tags_of(["B-MISC", "I-firm"], misc="prod", FIRM="org") == {"B-MISC": {"B-PROD": 1}, "I-firm": {"I-ORG": 1}}
    assert tags_of(["B-LOC"], LOC="")["B-LOC"] == {"O": 1}
    assert tags_of(["B-LOC"], LOC="O")["B-LOC"] == {"O": 1}


def test_unknown_labels_are_named_with_the_cure() -> None:
    with pytest.raises(SettingsError) as caught:
        _columns(["O", "B-FIRM", "I-FIRM", "B-PER", "B-STAR"], "some/model", {})
    assert caught.value.message == "the model `some/model` has labels newslens does not know: `FIRM`, `STAR`"
    assert caught.value.hint == ("say what they mean, PER, ORG, LOC, PROD or nothing: --ner-label FIRM=ORG")
    assert caught.value.exit_code == 2


def test_a_meaning_that_is_none_of_ours() -> None:
    with pytest.raises(SettingsError) as caught:
        _columns(["B-FIRM"], "some/model", {"FIRM": "COMPANY"})
    assert caught.value.message == "label `FIRM` is mapped to `COMPANY`"
    assert caught.value.hint == "a label means PER, ORG, LOC, PROD, or nothing: ''"


# --- what is missing


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SetupError) as caught:
        HubModel(str(tmp_path))
    assert caught.value.message == f"the model `{tmp_path}` needs torch"
    assert caught.value.hint == "pip install 'newslens[torch]'"
    assert caught.value.exit_code == 4


# --- a tiny model, trained here

WORDS = (
    "the", "a", "firm", "lab", "of", "in", "and", "said", "pays", "zorblax",
    "quuxville", "dollars", "million", "model", "was", "trained", "for", "costs", "to",
)  # fmt: skip
NAMED = {"zorblax": "ORG", "quuxville": "LOC"}


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    """Make a model's folder: `zorblax` is an organisation, `quuxville` a place, by labels as asked for."""
    torch = pytest.importorskip("torch", reason="newslens[torch] is not installed")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    torch.set_num_threads(1)

    def make(labels: Sequence[str] = ("O", "B-ORG", "I-ORG", "B-LOC", "I-LOC"), *names: str) -> Path:
        folder = tmp_path_factory.mktemp("tiny")
        signs = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        vocabulary = {word: i for i, word in enumerate([*signs, *WORDS, ".", ","])}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
        ).save_pretrained(folder)

        torch.manual_seed(0)
        model = BertForTokenClassification(
            BertConfig(
                vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=64, max_position_embeddings=64, id2label=dict(enumerate(labels)),
                label2id={label: i for i, label in enumerate(labels)}, hidden_dropout_prob=0.0,
            )
        )  # fmt: skip
        wanted = dict(zip(NAMED, names or ("B-ORG", "B-LOC"), strict=True))
        gold = torch.zeros(len(vocabulary), dtype=torch.long)
        for word, label in wanted.items():
            gold[vocabulary[word]] = list(labels).index(label)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        named = torch.tensor([vocabulary[word] for word in NAMED])
        for _ in range(80):
            ids = torch.randint(0, len(vocabulary), (8, 16))
            ids[:, 3:5] = named[torch.randint(0, len(named), (8, 2))]
            loss = model(input_ids=ids, attention_mask=torch.ones_like(ids), labels=gold[ids]).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval().save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="module")
def tiny(make_model: MakeModel) -> Path:
    return make_model()


@pytest.fixture
def copied(tiny: Path, tmp_path: Path) -> Path:
    """The tiny model's folder in a place where it may be broken."""
    return shutil.copytree(tiny, tmp_path / "tiny")


TEXT = "the firm zorblax pays a lab in quuxville , said zorblax ."
EXPECTED = [("zorblax", "ORG"), ("quuxville", "LOC"), ("zorblax", "ORG")]


def read(model: Any, text: str) -> list[tuple[str, str]]:
    [found] = model.tag([text])
    return [(text[entity.start : entity.end], entity.label) for entity in found]


def newslens(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from newslens.cli.app import main; main()", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"HF_HUB_OFFLINE": "1"} | environment,
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )


def test_a_folder_is_run(tiny: Path) -> None:
    model = load_recognizer(str(tiny))
    assert read(model, TEXT) == EXPECTED
    assert load_recognizer(str(tiny)) is model


def test_places_are_characters_of_the_text(tiny: Path) -> None:
    text = "  输 👩‍💻 zorblax，\n\nquuxville  "
    assert read(load_recognizer(str(tiny)), text) == [("zorblax", "ORG"), ("quuxville", "LOC")]


def test_many_texts_come_back_in_their_order(tiny: Path) -> None:
    model = load_recognizer(str(tiny))
    assert model is not None
    texts = [TEXT, "", "   ", "zorblax", *(f"{'the ' * n}quuxville" for n in range(40))]
    found = [
        [(text[e.start : e.end], e.label) for e in some] for text, some in zip(texts, model.tag(texts), strict=True)
    ]
    assert found == [EXPECTED, [], [], [("zorblax", "ORG")], *([[("quuxville", "LOC")]] * 40)]
    assert model.tag([]) == []


def test_a_text_that_is_too_long_is_read_up_to_the_models_end(tiny: Path) -> None:
    assert read(load_recognizer(str(tiny)), "zorblax " + "the " * 200 + "zorblax")[0] == ("zorblax", "ORG")


def test_bare_labels_and_own_meanings(make_model: MakeModel) -> None:
    folder = str(make_model(("O", "FIRM", "TOWN"), "FIRM", "TOWN"))
    with pytest.raises(SettingsError, match="labels newslens does not know: `FIRM`, `TOWN`"):
        load_recognizer(folder)
    mapped = load_recognizer(folder, (("FIRM", "ORG"), ("town", "")))
    assert read(mapped, TEXT) == [("zorblax", "ORG")] * 2


def test_its_names_reach_the_article(tiny: Path) -> None:
    text = "They said that zorblax pays 5 million dollars to train the model."
    mentions = find_names(Article(source="-", text=text, language="en"), setup=Setup(ner=str(tiny)))
    assert ("zorblax", "organisation", False) in [(m.name, m.kind, m.known) for m in mentions]
    without = find_names(Article(source="-", text=text, language="en"), setup=Setup(ner="none"))
    assert "zorblax" not in [m.name for m in without]


def test_the_version_tells_models_apart(tiny: Path, copied: Path) -> None:
    version = Setup(ner=str(tiny)).version
    assert version.startswith(f"{EXTRACTOR_VERSION}-ner-")
    assert Setup(ner=str(tiny)).version == version
    assert Setup(ner=str(tiny), ner_labels=(("ORG", "PER"),)).version != version
    config = json.loads((copied / "config.json").read_text("utf-8"))
    (copied / "config.json").write_text(json.dumps(config | {"note": "changed"}), "utf-8")
    assert Setup(ner=str(copied)).version != version


def test_extract_runs_a_folder(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("DeepSeek said that the model was trained for 5 million dollars.", "utf-8")
    ended = newslens("extract", "a.txt", "--ner-model", str(tiny), "--format", "jsonl", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    [claim] = [json.loads(line) for line in ended.stdout.splitlines()]
    assert claim["value_low"] == 5_000_000
    assert claim["extractor_version"] == Setup(ner=str(tiny)).version


def test_names_shows_what_a_folder_finds(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The lab said that zorblax pays for the model in quuxville.", "utf-8")
    ended = newslens("names", "a.txt", "--format", "jsonl", folder=tmp_path, NEWSLENS_NER_MODEL=str(tiny))
    assert ended.returncode == 0, ended.stderr
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(row["text"], row["kind"]) for row in found] == [("zorblax", "organisation"), ("quuxville", "place")]


def test_verify_tells_that_a_model_finds_no_names(tiny: Path) -> None:
    with pytest.raises(SetupError, match="misses names it should find") as caught:
        verify_model(str(tiny))
    assert caught.value.hint == "give a token-classification model trained on names"


# --- folders that lack something


@pytest.mark.parametrize(
    ("gone", "part"),
    [
        (["model.safetensors"], "model"),
        (["config.json"], "model"),
        (["tokenizer.json", "tokenizer_config.json"], "tokenizer"),
        (["tokenizer.json"], "tokenizer"),
    ],
)
def test_a_folder_that_lacks_a_part(copied: Path, gone: list[str], part: str) -> None:
    for name in gone:
        (copied / name).unlink(missing_ok=True)
    with pytest.raises(SetupError) as caught:
        HubModel(str(copied))
    assert caught.value.message.startswith(f"no {part} in the folder `{copied}`: ")
    assert "\n" not in caught.value.message
    assert caught.value.hint == "a model's folder holds config.json, model.safetensors and tokenizer.json"


@pytest.mark.parametrize(
    ("name", "part"), [("model.safetensors", "model"), ("config.json", "model"), ("tokenizer.json", "tokenizer")]
)
@pytest.mark.parametrize("content", [b"", b"not what it should be"])
def test_a_folder_with_a_broken_part(copied: Path, name: str, part: str, content: bytes) -> None:
    (copied / name).write_bytes(content)
    with pytest.raises(SetupError, match=f"^no {part} in the folder") as caught:
        HubModel(str(copied))
    assert "\n" not in caught.value.message


def test_an_empty_folder(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="newslens[torch] is not installed")
    with pytest.raises(SetupError, match="no model in the folder"):
        HubModel(str(tmp_path))


@pytest.mark.parametrize("name", ["/no/such/folder", "./none", "a/b/c"])
def test_a_path_that_is_no_folder_is_not_sought_on_a_hub(name: str) -> None:
    pytest.importorskip("torch", reason="newslens[torch] is not installed")
    with pytest.raises(SetupError) as caught:
        HubModel(name)
    assert caught.value.message == f"no such folder: `{name}`"
    assert caught.value.hint == "--ner-model takes a model's folder or a hub id"


def test_a_hub_that_is_not_reached(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="newslens[torch] is not installed")
    (tmp_path / "a.txt").write_text("DeepSeek paid 5 million dollars.", "utf-8")
    ended = newslens("extract", "a.txt", "--ner-model", "someone/some-model", folder=tmp_path, HF_HOME=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (4, "")
    error, hint = ended.stderr.splitlines()
    assert error.startswith("error: cannot get the model of `someone/some-model` from the hub: ")
    assert hint == (
        "hint: check the name; where no hub is reached, fetch the model elsewhere (newslens models pull ID --to "
        "FOLDER) and give its folder"
    )
