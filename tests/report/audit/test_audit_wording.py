"""Every code that the law gives has a name for people."""

from __future__ import annotations

import re
from importlib.resources import files

from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.report.audit.wording import CAUSES, FLAGS_ZH, RULES_ZH


def test_every_flag_has_a_name() -> None:
    source = (
        files("yngis.analysis").joinpath("audit/idle_land/explain.py").read_text(encoding="utf-8")
    )
    marks = source[source.index("    marks = {") : source.index("    lists: list[list[str]]")]
    told = set(re.findall(r'^        "([a-z_]+)":', marks, re.MULTILINE))
    assert len(told) >= 18
    assert told == set(FLAGS_ZH)


def test_every_cause_of_the_shipped_rules_has_its_name() -> None:
    told = {cause.code: cause.zh for cause in read_rules().causes}
    assert {code: zh for code, zh in CAUSES.items() if code} == told


def test_the_rules_are_told_in_words() -> None:
    said = {name: tell(read_rules()) for name, tell in RULES_ZH.items()}
    assert "对应日次日为满（民法典第二百零一至二百零三条）" in said["期间"]
    assert "未列法定休假日，未顺延" in said["期间"]
    assert "闲置费依合同约定；不无偿收回（第十二条）" in said["已动工而中止"]
    assert "未动工的" in said["闲置费"]
