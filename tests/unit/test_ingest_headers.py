"""What the first lines of a text say: title, outlet, date."""

from __future__ import annotations

from datetime import date

import pytest

from newslens.ingest.headers import Head, read_head

DAY = date(2025, 1, 28)
BODY = (
    "La jeune société chinoise assure que la dernière phase d'entraînement de son modèle n'a coûté que quelques "
    "millions de dollars, ce que plusieurs analystes mettent en doute depuis une semaine.\n"
)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("DeepSeek fait trembler la Bourse\n\n", Head("DeepSeek fait trembler la Bourse")),
        ("DeepSeek fait trembler la Bourse\n", Head("DeepSeek fait trembler la Bourse")),
        ("Faut-il en avoir peur ?\n\n", Head("Faut-il en avoir peur ?")),
        ("# Le **choc** DeepSeek\n\n", Head("Le choc DeepSeek")),
        ("Le choc DeepSeek\n================\n\n", Head("Le choc DeepSeek")),
        ("DeepSeek震动硅谷\n\n", Head("DeepSeek震动硅谷")),
        (
            "Économie\n\nLe patron d'OpenAI salue les débuts de son rival\n\n",
            Head("Le patron d'OpenAI salue les débuts de son rival"),
        ),
        (
            "Les marchés\n\nUne chute sans précédent à Wall Street\nSource: La Gazette:::\nJanvier 28, 2025 at 20:22\n",
            Head("Une chute sans précédent à Wall Street", "La Gazette", DAY),
        ),
        ("", Head()),
        ("- 5,6 millions de dollars pour un modèle\n\n", Head()),
        ("3. Le coût du modèle\n\n", Head()),
        ("À retenir :\n\n", Head()),
        ("Coût\n\n", Head()),
        ("By Jane Doe\n\nWhy the Chinese model costs so very little\n\n", Head()),
        ("作者 | 某某某某某\n\n", Head()),
        ("文丨某某研究员\n\n", Head()),
        ("（图片来源：某某图库）\n\n", Head()),
        ("本报记者 某某某 北京报道\n\n", Head()),
        ("2025年1月28日\n\n某某谈人工智能竞赛\n=====\n\n", Head("某某谈人工智能竞赛", None, DAY)),
        ("https://news.example/deepseek-coute-si-peu\n\n", Head()),
        ("Auteur: admin Source: La Gazette:::\n", Head(None, "La Gazette")),
        ("Source : https://www.lagazette.example/tech/1.html\n", Head(None, "lagazette.example")),
        ("By Jane Doe / Published: Jan 28, 2025\n\n", Head(None, None, DAY)),
        ("Par Jeanne Dupont | Publié le 28 janvier 2025 à 18h04 | La Gazette\n\n", Head(None, None, DAY)),
        ("Publié le mardi 28 janvier 2025\n\n", Head(None, None, DAY)),
        ("28/01/2025\n\n", Head(None, None, DAY)),
        ("来源：某某日报　发布时间：2025-01-28 10:15\n\n", Head(None, "某某日报", DAY)),
        ("來源: 某某日報\n日期: 2025年1月28日\n", Head(None, "某某日報", DAY)),
        ("来源：某某财经 2025年1月28日 20:22\n", Head(None, "某某财经", DAY)),
        ("2025年1月28日 20:22\n\n", Head(None, None, DAY)),
        (
            '---\ntitle: "Le choc"\nsource: La Gazette\ntags: [ia, bourse]\ndate: 2025-01-28\n---\n\n# Autre titre\n\n',
            Head("Le choc", "La Gazette", DAY),
        ),
    ],
)
def test_the_head_is_read(head: str, expected: Head) -> None:
    assert read_head(head + BODY) == expected


@pytest.mark.parametrize(
    "text",
    [
        BODY + "\nSource: DeepSeek\n28 janvier 2025\n",  # a caption, not the article's outlet
        BODY + "\n" + BODY,
        "Le 28 janvier 2025, Nvidia a perdu près de 600 milliards de dollars de valeur à Wall Street.\n" + BODY,
        "Les sources : selon trois personnes, le modèle aurait coûté bien plus que ce qu'en dit la société chinoise.\n",
        "",
        "\n\n\n",
        "---\n",
    ],
)
def test_a_text_that_starts_with_its_body_says_nothing(text: str) -> None:
    assert read_head(text) == Head()


def test_a_hard_wrapped_paragraph_is_no_title() -> None:
    text = (
        "Les modèles les plus puissants, ceux des grands laboratoires, sont\n"
        "fermés, et leurs poids ne sont pas publiés, ce que regrettent bien des chercheurs et beaucoup d'entreprises.\n"
    )
    assert read_head(text).title is None


def test_only_the_first_lines_are_looked_at() -> None:
    assert read_head("mot\n" * 40 + "Source: La Gazette\n") == Head()
