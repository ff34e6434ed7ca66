"""Names in text: what is found, as what, exactly where; and what only looks like a name."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
import spacy

from newslens.entities import component
from newslens.entities.aliases import entry_aliases
from newslens.entities.catalogue import read_catalogue
from newslens.entities.fold import fold
from newslens.entities.names import NameBase, load_names
from newslens.errors import SetupError


@pytest.fixture(scope="module")
def names() -> NameBase:
    return load_names()


def read(names: NameBase, text: str) -> list[tuple[str, str]]:
    return [(text[mention.start : mention.end], mention.name) for mention in names.find(text)]


# text -> the mentions as "words in the text=canonical name", or the words alone where they are canonical
FOUND = [
    # the contract's names and their slips
    ("DePseek frappe chatppt et Nvidiala société", ["DePseek=DeepSeek", "chatppt=ChatGPT", "Nvidiala=Nvidia"]),
    ("Le Dow, le S&P et le Nasdaq reculent", ["Dow=Dow Jones", "S&P=S&P 500", "Nasdaq=Nasdaq Composite"]),
    ("道指、标普与纳斯达克", ["道指=Dow Jones", "标普=S&P 500", "纳斯达克=Nasdaq Composite"]),
    ("le projet Stargate d'OpenAI", ["projet Stargate=Stargate", "OpenAI"]),
    ("High Flyer, maison mère", ["High Flyer=High-Flyer"]),
    ("幻方量化旗下的深度求索", ["幻方量化=High-Flyer", "深度求索=DeepSeek"]),
    ("ChatGPT Plus ou ChatGPT Pro ?", ["ChatGPT Plus", "ChatGPT Pro"]),
    ("Alphabet possède Google", ["Alphabet", "Google"]),
    # how letters may look
    ("ＤｅｅｐＳｅｅｋ 與輝達", ["ＤｅｅｐＳｅｅｋ=DeepSeek", "輝達=Nvidia"]),
    ("Sam\u00a0Altman et GPT\u20114o", ["Sam\u00a0Altman=Sam Altman", "GPT\u20114o=GPT-4o"]),
    ("Deep\u200bSeek", ["Deep\u200bSeek=DeepSeek"]),
    ("aux E\u0301tats-Unis", ["E\u0301tats-Unis=United States"]),
    ("États-Unis, Etats-Unis, USA, U.S., US", ["États-Unis=United States", "Etats-Unis=United States",
        "USA=United States", "U.S.=United States", "US=United States"]),
    ("selon Sam\nAltman", ["Sam\nAltman=Sam Altman"]),
    ("DeepSeek  \r\nR1 arrive", ["DeepSeek  \r\nR1=DeepSeek-R1"]),
    ("NVIDIA, nvidia, deepseek, OPENAI", ["NVIDIA=Nvidia", "nvidia=Nvidia", "deepseek=DeepSeek", "OPENAI=OpenAI"]),
    # glued
    ("ZackKass说", ["ZackKass=Zack Kass"]),
    ("用deepseek做题，DeepSeekR1发布", ["deepseek=DeepSeek", "DeepSeekR1=DeepSeek-R1"]),
    ("OpenAIGPT-4o", ["OpenAIGPT-4o=GPT-4o"]),
    ("OpenAI-o1 et OpenAI o1", ["OpenAI-o1=o1", "OpenAI o1=o1"]),
    # Traditional script, and Taiwan's and Hong Kong's own words
    ("臉書母公司Meta、蘋果與黃仁勳", ["臉書母公司=Meta", "Meta", "蘋果=Apple", "黃仁勳=Jensen Huang"]),
    ("恒指、國指", ["恒指=Hang Seng Index", "國指=Hang Seng China Enterprises Index"]),
    ("科指、恒生科技指數", ["科指=Hang Seng TECH Index", "恒生科技指數=Hang Seng TECH Index"]),
    ("台積電與聯發科", ["台積電=TSMC", "聯發科=MediaTek"]),
    # DeepSeek's versions
    ("DeepSeek-V4-Pro", ["DeepSeek-V4-Pro"]),
    ("DeepSeek V3.2-Exp", ["DeepSeek V3.2-Exp=DeepSeek-V3.2-Exp"]),
    ("deepseek-v3-0324", ["deepseek-v3-0324=DeepSeek-V3-0324"]),
    ("DeepSeek-R1-0528", ["DeepSeek-R1-0528"]),
    ("DeepSeek-R1-Distill-Llama-70B", ["DeepSeek-R1-Distill-Llama-70B"]),
    ("DeepSeek publie R1-Distill-Qwen-32B", ["DeepSeek", "R1-Distill-Qwen-32B=DeepSeek-R1-Distill-Qwen-32B"]),
    ("V4.1 Flash de DeepSeek", ["V4.1 Flash=DeepSeek-V4.1-Flash", "DeepSeek"]),
    ("DeepSeek Flash V4.1", ["DeepSeek Flash V4.1=DeepSeek-V4.1-Flash"]),
    ("DeepSeek’s R1, V3 et V4 Pro", ["DeepSeek", "R1=DeepSeek-R1", "V3=DeepSeek-V3", "V4 Pro=DeepSeek-V4-Pro"]),
    ("深度求索的R1与V3", ["深度求索=DeepSeek", "R1=DeepSeek-R1", "V3=DeepSeek-V3"]),
    ("deepseek-chat et deepseek-reasoner", ["deepseek-chat=DeepSeek-V3", "deepseek-reasoner=DeepSeek-R1"]),
    ("DeepSeek Unveils New R1", ["DeepSeek", "R1=DeepSeek-R1"]),
    # other families
    ("Qwen2.5-Max, Qwen 3, Qwen3-235B-A22B", ["Qwen2.5-Max", "Qwen 3=Qwen3", "Qwen3-235B-A22B"]),
    ("Claude 3.5 Sonnet, Claude Opus 4.1", ["Claude 3.5 Sonnet", "Claude Opus 4.1"]),
    ("Claude 4 Sonnet", ["Claude 4 Sonnet=Claude Sonnet 4"]),
    ("GPT-4o mini, GPT-4.5, GPT4, gpt-4o", ["GPT-4o mini", "GPT-4.5", "GPT4=GPT-4", "gpt-4o=GPT-4o"]),
    ("GPT-o1, o3-mini, o4-mini-high", ["GPT-o1=o1", "o3-mini", "o4-mini-high"]),
    ("GPT-4 puis 4o", ["GPT-4", "4o=GPT-4o"]),
    ("Phi-4 de Microsoft", ["Phi-4", "Microsoft"]),
    ("阶跃星辰的Step-2", ["阶跃星辰=StepFun", "Step-2"]),
    ("Meta Llama 3.1 405B", ["Meta Llama 3.1 405B=Llama 3.1 405B"]),
    ("Llama 3 405B, Llama 403b", ["Llama 3 405B", "Llama 403b"]),
    ("Google Gemini Ultra, Gemini 2.5 Pro", ["Google Gemini Ultra=Gemini Ultra", "Gemini 2.5 Pro"]),
    ("Kimi K2 Thinking", ["Kimi K2 Thinking"]),
    ("mistral-large-2411", ["mistral-large-2411=Mistral Large 2411"]),
    ("doubao-seed-1.6-flash-250915", ["doubao-seed-1.6-flash-250915=Doubao Seed 1.6 Flash 250915"]),
    ("文心大模型4.5和豆包1.5Pro", ["文心大模型4.5=ERNIE 4.5", "豆包1.5Pro=Doubao 1.5 Pro"]),
    ("GLM-4.5-Air, Grok 3, MiniMax-M1, QwQ-32B", ["GLM-4.5-Air", "Grok 3", "MiniMax-M1", "QwQ-32B"]),
    ("阿里通义千问", ["阿里通义千问=Qwen"]),
    ("DeepSeek-V3 (671B)", ["DeepSeek-V3"]),
    # chips
    ("2048块H800", ["H800=Nvidia H800"]),
    ("10,000 A100s, 8xH100", ["A100=Nvidia A100", "H100=Nvidia H100"]),
    ("Nvidia H800 GPUs, 英伟达H20", ["Nvidia H800", "英伟达H20=Nvidia H20"]),
    ("昇腾910C, Ascend 950", ["昇腾910C=Huawei Ascend 910C", "Ascend 950=Huawei Ascend 950"]),
    ("RTX 4090, MI300X, TPU v5, GB200 NVL72", ["RTX 4090=Nvidia RTX 4090", "MI300X=AMD MI300X", "TPU v5=Google TPU V5",
        "GB200 NVL72=Nvidia GB200"]),
    # people: the surname where the full name stands too
    ("Masayoshi Son a dit. Son fonds", ["Masayoshi Son"]),
    ("Arnaud Bertrand écrit ; Bertrand ajoute", ["Arnaud Bertrand", "Bertrand=Arnaud Bertrand"]),
    ("扎克·卡斯是前高管，卡斯说", ["扎克·卡斯=Zack Kass", "卡斯=Zack Kass"]),
    ("山姆．奧特曼、奥特曼与OpenAI", ["山姆．奧特曼=Sam Altman", "奥特曼=Sam Altman", "OpenAI"]),
    ("梁文鋒與梁文峰", ["梁文鋒=Liang Wenfeng", "梁文峰=Liang Wenfeng"]),
    ("Wenfeng Liang", ["Wenfeng Liang=Liang Wenfeng"]),
    # outlets
    ("The WSJ, 据路透社、彭博报道", ["The WSJ=The Wall Street Journal", "路透社=Reuters", "彭博=Bloomberg"]),
    ("Les Echos, Le Monde, l'AFP", ["Les Echos=Les Échos", "Le Monde", "AFP"]),
    ("36氪与晚点LatePost", ["36氪=36Kr", "晚点LatePost=LatePost"]),
    # domains that are names
    ("JD.com, Aicpb.com, Z.ai", ["JD.com", "Aicpb.com=Aicpb", "Z.ai=Zhipu AI"]),
    # tickers
    ("(NASDAQ:NVDA)", ["NVDA=Nvidia"]),
    # slips of one letter
    ("Deepsek, Deepseeck, Chatgtp, Nvdia, Anthopic", ["Deepsek=DeepSeek", "Deepseeck=DeepSeek", "Chatgtp=ChatGPT",
        "Nvdia=Nvidia", "Anthopic=Anthropic"]),
    ("Open IA investit, dit-on chez Openai", ["Open IA=OpenAI", "Openai=OpenAI"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND, ids=[text[:40] for text, _ in FOUND])
def test_found(names: NameBase, text: str, expected: list[str]) -> None:
    assert [f"{words}={name}" for words, name in read(names, text)] == [
        mention if "=" in mention else f"{mention}={mention}" for mention in expected
    ]


# text -> a name that must not be read in it
NOT_FOUND = [
    ("an apple a day", "Apple"),
    ("jus d'orange pressé", "Orange"),
    ("Orange County is hot", "Orange"),
    ("une approche méta", "Meta"),
    ("a meta problem, meta-analysis", "Meta"),
    ("the Target price was raised", "Target Corporation"),
    ("Figure 1 shows the costs", "Figure AI"),
    ("It is time to pay", "Time"),
    ("Time is money", "Time"),
    ("the nature of the model", "Nature"),
    ("自然语言处理", "Nature"),
    ("an open AI ecosystem", "OpenAI"),
    ("open-AI models", "OpenAI"),
    ("they told us about it", "United States"),
    ("US$5.6 million", "United States"),
    ("发展中国家的成本", "China"),
    ("高通胀时代", "Qualcomm"),
    ("让人联想到价格", "Lenovo"),
    ("北京东部的机房", "JD.com"),
    ("欧美团队很强", "Meituan"),
    ("三星级酒店", "Samsung"),
    ("完美光影", "Micron"),
    ("亚马逊雨林着火", "Amazon"),
    ("吃红豆包", "Doubao"),
    ("开源大模型", "Yuan"),
    ("用户界面", "Jiemian"),
    ("理想的价格", "Li Auto"),
    ("星火燎原", "Spark"),
    ("Rabbit R1 rivals DeepSeek", "DeepSeek-R1"),
    ("DeepSeek meets Nova V3 today", "DeepSeek-V3"),
    ("DeepSeek ran on FireAttention V3 servers", "DeepSeek-V3"),
    ("DeepSeek uses R1C1 cells, code R1234", "DeepSeek-R1"),
    ("DeepSeek, Open-R1 and marco-o1", "o1"),
    ("The R1 is here", "DeepSeek-R1"),
    ("see chat.deepseek.com/a and https://www.deepseek.com/DeepSeek", "DeepSeek"),
    ("write to press@openai.com or @OpenAI", "OpenAI"),
    ("(NASDAQ:NVDA), (Nasdaq: AMD)", "Nasdaq Composite"),
    ("Claude Monet peint", "Claude"),
    ("Jean-Claude dort, Claude aussi", "Claude"),
    ("Claude 3 millions de fois", "Claude 3"),
    ("DeepSeek 5,6 millions", "DeepSeek-5"),
    ("step 3 of the recipe, Step 3", "Step-3"),
    ("nova 2 étoiles", "Nova 2"),
    ("Son modèle coûte peu", "Masayoshi Son"),
    ("Thinking machines are old", "Thinking Machines Lab"),
    ("the current AI bubble; Current AI spending", "Current AI"),
    ("Objectif et Tesla", "Meta"),
    ("Anthropics and Alibabas", "Anthropic"),
    ("Deepseeded lawns, the Hawaii route", "DeepSeek"),
    ("the OpenAPI standard", "OpenAI"),
    ("ChatGLM works", "ChatGPT"),
    ("MetaMask wallets", "Meta"),
    ("FaceTime calls", "Time"),
    ("H2O, CO2, A4 paper", "Nvidia H20"),
    ("Latin America grows", "United States"),
    ("the Chip shortage; so, or, elle, X", "X"),
    ("1o1 lessons, o1.5", "o1"),
    ("V100 km", "DeepSeek-V1"),
    ("the fed cattle", "Federal Reserve"),
    ("Le Point commun des modèles", "Le Point"),
    ("Le monde entier", "Le Monde"),
    ("S&P Global Ratings warns", "S&P 500"),
    ("a visa for the US", "Visa"),
    ("gap analysis of the block", "Block"),
    ("un plan de 200亿欧元", "Iyiou"),
    ("收入增长和利润", "CK Hutchison"),
    ("平台大模型", "National Taiwan University"),
    ("人工智能浪潮", "Inspur"),
    ("油锅升腾的热气", "Huawei Ascend"),
    ("个人行为不代表公司", "People's Bank of China"),
    ("其中国内市场占一半", "China"),
    ("另有报道指出", "Dow Jones"),
    ("目标指向2030年", "S&P 500"),
    ("released under the MIT License", "MIT"),
    ("Nature des données", "Nature"),
    ("100万科技人员", "Vanke"),
]


@pytest.mark.parametrize(("text", "name"), NOT_FOUND, ids=[text[:40] for text, _ in NOT_FOUND])
def test_not_found(names: NameBase, text: str, name: str) -> None:
    assert name not in [found for _, found in read(names, text)]


ORDINARY = [
    "The price of a token fell again, and nobody in the room was surprised.",
    "Il a fallu deux ans et des milliers de puces pour former ce modèle.",
    "训练一次的成本大约是五百六十万美元，但这不包括前期研究。",
    "Nous avons mesuré le coût de chaque étape, puis comparé les prix.",
    "In step 2 we sort the notes; in step 3 we write a short report.",
    "成本下降了百分之九十，价格战还会继续。",
    "Elle a dit oui, puis non, ou peut-être ; cela dépend du prix.",
    "Most users pay nothing, a few pay twenty dollars a month.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_hold_no_names(names: NameBase, text: str) -> None:
    assert read(names, text) == []


def test_a_bare_version_needs_its_family_in_the_text(names: NameBase) -> None:
    assert read(names, "R1 et V3 sont sortis") == []
    assert read(names, "R1 et V3 sont sortis, dit DeepSeek")[:2] == [("R1", "DeepSeek-R1"), ("V3", "DeepSeek-V3")]


def test_a_weak_name_needs_evidence(names: NameBase) -> None:
    assert read(names, "奥特曼打小怪兽") == []
    assert read(names, "OpenAI的奥特曼")[1] == ("奥特曼", "Sam Altman")
    assert read(names, "Claude dort") == []
    assert read(names, "Claude répond mieux que ChatGPT")[0] == ("Claude", "Claude")


def test_scores_tell_how_sure(names: NameBase) -> None:
    found = {mention.name: mention.score for mention in names.find("OpenAI, GPT-7, O1 et Anthopic")}
    assert found["OpenAI"] == 1
    assert found["OpenAI"] > found["GPT-7"] > found["o1"] > found["Anthropic"] > 0


def test_mentions_are_sorted_and_apart(names: NameBase) -> None:
    text = "OpenAI o1, 英伟达H800, DeepSeek-R1-Distill-Qwen-32B, S&P 500期货, ChatGPT Plus。" * 3
    found = names.find(text)
    assert all(mention.start < mention.end for mention in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("canonical", "owner"),
    [
        ("DeepSeek", "High-Flyer"),
        ("DeepSeek-V4-Pro", "DeepSeek"),
        ("GPT-4o mini", "OpenAI"),
        ("o3-mini", "OpenAI"),
        ("Google", "Alphabet"),
        ("Nvidia H800", "Nvidia"),
        ("Huawei Ascend 950", "Huawei"),
        ("Llama 3.1 405B", "Meta"),
        ("Claude Opus 4.1", "Anthropic"),
        ("Mistral Large 2", "Mistral AI"),
        ("Sam Altman", "OpenAI"),
        ("No Such Name", None),
    ],
)
def test_owner(names: NameBase, canonical: str, owner: str | None) -> None:
    assert names.owner(canonical) == owner


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("深度求索", "DeepSeek"),
        ("英伟达", "Nvidia"),
        ("輝達", "Nvidia"),
        (" DePseek ", "DeepSeek"),
        ("chatppt", "ChatGPT"),
        ("Altman", "Sam Altman"),
        ("奥特曼", "Sam Altman"),
        ("DeepSeek V4 Pro", "DeepSeek-V4-Pro"),
        ("千问", "Qwen"),
    ],
)
def test_resolve(names: NameBase, text: str, canonical: str) -> None:
    name = names.resolve(text)
    assert name is not None
    assert name.canonical == canonical


@pytest.mark.parametrize("text", ["", "le prix", "OpenAI et Google", "DeepSeek a dit"])
def test_resolve_finds_no_name(names: NameBase, text: str) -> None:
    assert names.resolve(text) is None


def test_get_takes_canonical_names_alone(names: NameBase) -> None:
    assert names.get("英伟达") is None
    nvidia, version = names.get("Nvidia"), names.get("DeepSeek-V4-Pro")
    assert nvidia is not None and nvidia.kind == "organisation" and "英伟达" in nvidia.aliases
    assert version is not None and (version.kind, version.owner) == ("model", "DeepSeek")


# The data


def test_there_are_names_of_every_kind(names: NameBase) -> None:
    counts = Counter(name.kind for name in names)
    floors = {"organisation": 900, "model": 120, "product": 150, "chip": 70, "index": 60, "person": 250, "outlet": 250}
    assert {kind: floor for kind, floor in floors.items() if counts[kind] < floor} == {}


def test_every_owner_is_a_name(names: NameBase) -> None:
    assert (
        sorted({f"{name.canonical}: {name.owner}" for name in names if name.owner and names.get(name.owner) is None})
        == []
    )


def test_no_two_names_share_a_sure_alias() -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    for name, (kind, entry) in read_catalogue().names.items():
        for alias in entry_aliases(name, kind, entry):
            if alias.strength == "strong":
                holders[alias.text].add(name)
    assert {alias: sorted(shared) for alias, shared in holders.items() if len(shared) > 1} == {}


def test_every_canonical_name_but_the_ambiguous_reads_as_itself(names: NameBase) -> None:
    bare = {name for name, (_, entry) in read_catalogue().names.items() if entry.bare and name not in entry.weak}
    wrong = [(name, read(names, name)) for name in sorted(bare) if read(names, name) not in ([(name, name)], [])]
    assert wrong == []


def test_every_sure_alias_is_found(names: NameBase) -> None:
    catalogue = read_catalogue()
    heads = {name for name, (_, family) in catalogue.families.items() if not family.alone}
    missed = [
        (name.canonical, alias)
        for name, (_, entry) in zip(names, catalogue.names.values(), strict=True)
        if name.canonical not in heads
        for alias in (*entry.aliases, *entry.cased)
        if name.canonical not in {found for _, found in read(names, alias)}
    ]
    assert missed == []


# A user's own names file


def test_a_users_file_adds_and_extends(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'kind = "organisation"\n[names]\n"Gridline Compute" = ["Gridline", "格网算力"]\n"Nvidia" = ["maison verte"]\n',
        encoding="utf-8",
    )
    names = load_names(path)
    assert read(names, "格网算力 contre la maison verte et 英伟达") == [
        ("格网算力", "Gridline Compute"),
        ("maison verte", "Nvidia"),
        ("英伟达", "Nvidia"),
    ]
    assert read(load_names(), "格网算力") == []


def test_a_users_file_replaces_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'kind = "organisation"\n[names]\n"Apple" = { replace = true, bare = false, aliases = ["Apple Inc"] }\n',
        encoding="utf-8",
    )
    assert read(load_names(path), "Apple, 苹果, Apple Inc") == [("Apple Inc", "Apple")]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('kind = "planet"\n', "kind"),
        ('kind = "chip"\n[names]\n"A" = { owners = "B" }\n', "names.A.owners"),
        ('kind = "chip"\n[names]\n"A" = { aliases = [" "] }\n', "names.A.aliases"),
        ("kind = chip\n", None),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, content: str, key: str | None) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SetupError) as caught:
        load_names(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert vars(caught.value)["key"] == key
    assert key is None or key in caught.value.message


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no names file"):
        load_names(tmp_path / "none.toml")


# Folding, spaCy, speed


@pytest.mark.parametrize("text", ["", "abc", "é\u0301 x\u200b  y \r\nz", "輝達  ＡＢ", "\u200b", "a\n\n b"])
def test_folded_places_lead_back(text: str) -> None:
    folded = fold(text)
    starts = [folded.start(i) for i in range(len(folded.text))]
    assert starts == sorted(set(starts))
    assert all(fold(text[place]).text in ("", sign, " ", "\n") for place, sign in zip(starts, folded.text, strict=True))


def test_the_component_works_in_any_pipeline() -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe(component.SPANS_KEY)
    doc = nlp("OpenAI paie Nvidia pour des H100.")
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans[component.SPANS_KEY]] == [
        ("OpenAI", "organisation", "OpenAI"),
        ("Nvidia", "organisation", "Nvidia"),
        ("H100", "chip", "Nvidia H100"),
    ]


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        "a1",
        "a.",
        "@a",
        "Aa",
        "X ",
        "R1 ",
        "GPT-",
        "DeepSeek",
        "DeepSeek V3",
        "Foo R1 ",
        "http://",
        "　",
        " \n",
        "輝達",
        "-Pro",
    ],
)
def test_hostile_text_is_linear(names: NameBase, unit: str) -> None:
    text = "DeepSeek-V3 " + unit * (100_000 // len(unit))
    names.find("輝達")
    start = time.process_time()
    names.find(text)
    assert time.process_time() - start < 3
