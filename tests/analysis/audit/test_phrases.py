"""
Phrases as clerks write them, and what each does to its case.

What is denied, intended, pending, doubted or done in part ends nothing; what was done does. The
expected readings were written by hand, before the rules were run on them.
"""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.idle_land.causes import CauseReader
from yngis.analysis.audit.idle_land.facts import read_facts
from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.idle_land.wording.phrases import PhraseReader

RULES = read_rules()
DAY = np.datetime64("2025-12-31")

NOT_DONE = (
    """
督促企业尽快开工|已约谈企业法人，承诺动工|已约谈企业承诺动工|正在办理收回手续|建议收回|不予收回|转让未果|拒绝合作开发|因资金问题无法动工
已下发催促动工通知书|未缴纳闲置费|应缴闲置费20万元|拟收回|拟于2024年，收回该宗地|计划收储|收回（拟）|收回手续正在办理中|已启动收回程序
收回方案已报批|收回，已报批|收回事先告知书已送达|收回工作未完成|尚未完成收回|暂缓收回|已纳入收储计划|逾期不动工将收回|是否收回待研究
收回或置换|收回/置换|已收回?|申请延期|不同意延期|延期申请未批准|责令限期开工|限期2024年底前动工|预计2026年3月动工|2026年6月动工
达到动工条件|不具备动工条件|动工期限已过|围墙已开工|场地平整已开工|市政道路已建成|开工仪式已举行|签订动工承诺书|已签订动工协议
已转让，尚未动工|转让流拍|重组中|洽谈转让|寻找合作方合作开发|企业无力动工|未按期动工|欠缴闲置费|免缴闲置费|追缴闲置费中|闲置费未缴
已下达催缴闲置费通知|企业拒绝缴纳闲置费|据企业反映已开工|可能收回|如不动工则收回|正在竣工验收|未竣工|已收回，尚未注销土地证又拟收回
正在协商有偿收回|协议收回谈判中|已提出收回申请|上报市政府申请收回|因未动工收回|要求复工|未复工|项目未开工建设|置换方案研究中|换地意向书已签
已下达收回决定书，企业起诉中|收回决定被法院撤销|规划调整后动工|拆迁完成后动工|疫情后动工|待高压线迁改完成后开工建设|批准后收回|2026年1月已开工
缴纳土地闲置费的决定已下达，企业未履行|已签订收回补偿协议，补偿款未付|企业申请退地，政府已同意收回|拟二级市场转让|二级市场转让未成交|协商退地未达成一致|处置方案已通过市政府常务会
撤销收回决定|撤销原收回决定|法院判决撤销收回决定书|2023年收回，2024年法院判决撤销收回决定，恢复使用权|收回决定作废|中止收回|已收回（误录）
已起诉解除合同|解除合同（一审）|解除合同纠纷|同意置换|同意协议收回|已签订置换协议|已签订收储协议|收储协议已签|转让协议已签，未过户|已转让，未过户
已下达收回决定书|已收回国有建设用地使用权决定书|逾期收回|已处置（待核实）|已收回，但企业拒不交地|股权已转让|招商盘活|引进新项目|嫁接重组
土地使用权已于2019年收回，2020年重新出让给本企业|闲置费|征收闲置费|征缴闲置费|缴纳闲置费|已签订收回协议
计划于2023年12月前开工，目前尚未开工|企业无开工意愿|企业有开工意愿|收回未果，现拟转让|因企业未开工，拟收回|不需处置|未销号
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

PARTIAL = (
    """
基本处置完毕|处置完毕（部分）|已处置99%|部分收回|已收回10亩|收回其中3公顷|一期已动工，二期未动工|部分动工|已动工60%|首期已开工|已缴纳部分闲置费|剩余地块已收回|已转让一半|动工率30%|已开工面积5亩|部分动工部分收回
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

UNREAD = (
    """
其他方式|已缴纳土地出让金|公司已注销|营业执照已注销|见附件|同上|领导批示|已取得施工许可证|待核实|已调规|临时用于停车场|已变更至某公司名下|非闲置土地
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

NOTHING_YET = (
    """
无|未处置|处置中|待处置|暂无|正在处置|下达征缴土地闲置费决定书|股权转让|未处置到位|处置中。|已停工
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

DONE = [
    ("协议有偿收回", "ends"),
    ("无偿收回", "ends"),
    ("已收回", "ends"),
    ("已被政府收回", "ends"),
    ("收回手续已办结", "ends"),
    ("已办理收回手续", "ends"),
    ("经市政府研究决定收回", "ends"),
    ("已全部收回10亩", "ends"),
    ("2023年5月收储", "ends"),
    ("解除合同，退还土地", "ends"),
    ("已置换", "ends"),
    ("未按期动工，已收回", "ends"),
    ("原拟转让，现已收回", "ends"),
    ("拟收回，后转让给云南某某公司", "until_started"),
    ("转让盘活", "until_started"),
    ("二级市场转让", "until_started"),
    ("已通过二级市场转让", "until_started"),
    ("通过土地二级市场转让给云南某某公司", "until_started"),
    ("已转让（二级市场）", "until_started"),
    ("收回。", "ends"),
    ("收回（2024年3月）", "ends"),
    ("该地块已由县政府收回", "ends"),
    ("与某项目地块置换，已完成", "ends"),
    ("已督促企业动工，企业已于2023年4月开工", "until_started"),
    ("经约谈后于2022年6月动工建设", "until_started"),
    ("已责令企业限期动工并已动工", "until_started"),
    ("正在施工", "until_started"),
    ("厂房在建", "until_started"),
    ("主体已封顶", "until_started"),
    ("现已正常生产", "until_started"),
    ("已完善用地手续并开工", "until_started"),
    ("已完成整改销号", "until_started"),
    ("已收取土地闲置费12.5万元", "fee_paid"),
    ("免收闲置费，延期一年", "extended"),
    ("延期手续已批复", "extended"),
    ("已引入新投资方盘活", "until_started"),
    ("已动工", "until_started"),
    ("经督促已动工", "until_started"),
    ("已开工，督促加快进度", "until_started"),
    ("2024年5月动工", "until_started"),
    ("项目已竣工验收", "until_started"),
    ("已完成处置", "until_started"),
    ("已处置", "until_started"),
    ("处置完毕", "until_started"),
    ("已依法处置到位", "until_started"),
    ("已整改完成", "until_started"),
    ("已征缴闲置费", "fee_paid"),
    ("已缴清闲置费20万元", "fee_paid"),
    ("闲置费已缴纳", "fee_paid"),
    ("已缴闲置费，拟收回", "fee_paid"),
    ("已缴闲置费，企业承诺明年动工", "fee_paid"),
    ("延长动工期限", "extended"),
    ("同意延期一年", "extended"),
    ("延长动工期限至2026年12月31日", "extended"),
    ("已延长动工期限至2026年12月31日", "extended"),
    ("同意延长动工开发期限1年", "extended"),
    ("延期协议已签订", "extended"),
    ("已处置100%", "until_started"),
    ("合同已解除", "ends"),
    ("已签订收储协议并已收储", "ends"),
    ("收回决定已生效", "ends"),
    ("2019年收回，2020年重新出让给其他企业", "ends"),
    ("批准延期至2027年6月动工", "extended"),
    ("已签订补充协议，约定2026年6月动工", "extended"),
    ("调整规划条件", "extended"),
    ("政府安排临时使用", "for_a_time"),
    ("已安排临时使用，原项目未动工", "for_a_time"),
]


def dealings(text: str, day: str | None = "2025-01-02") -> dict[str, object]:
    frame = pd.DataFrame({"disposal": [text], "disposal_date": [day]})
    told = read_facts(frame, DAY, RULES).dealings
    marks = {"unread": told.unread, "not_done": told.not_done, "partial": told.partial}
    return {"effect": told.effect[0]} | {name: bool(mark[0]) for name, mark in marks.items()}


def is_revoked(text: str) -> bool:
    frame = pd.DataFrame({"disposal": [text], "disposal_date": ["2025-01-02"]})
    return bool(read_facts(frame, DAY, RULES).dealings.revoked[0])


def test_the_table_is_long_enough() -> None:
    held = [*NOT_DONE, *PARTIAL, *UNREAD, *NOTHING_YET, *(text for text, _ in DONE)]
    held += [text for text, _ in (*CAUSES, *STATES)]
    assert len(set(held)) >= 260


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_is_only_said_ends_nothing(text: str) -> None:
    told = dealings(text)
    said = told["not_done"] or is_revoked(text)
    assert (told["effect"], said, told["unread"]) == ("none", True, False)


REVOKED = [
    "撤销收回决定", "撤销原收回决定", "法院判决撤销收回决定书", "收回决定作废", "收回决定已撤销",
    "收回决定书已撤回", "解除收回", "取消收回", "收回（已作废）", "收回，后撤销", "取消延期",
    "2023年收回，2024年法院判决撤销收回决定，恢复使用权",
]  # fmt: skip


@pytest.mark.parametrize("text", REVOKED)
def test_a_decision_that_was_withdrawn_is_told_as_such(text: str) -> None:
    told = dealings(text)
    assert (told["effect"], is_revoked(text), told["not_done"]) == ("none", True, False)


@pytest.mark.parametrize("text", ["拟撤销收回决定", "未撤销收回决定", "拟收回", "未能收回"])
def test_what_was_not_withdrawn_is_not_told_as_withdrawn(text: str) -> None:
    told = dealings(text)
    assert (told["effect"], is_revoked(text), told["not_done"]) == ("none", False, True)


# The contract that was ended is another one: the land is not back.
@pytest.mark.parametrize("text", ["转让合同解除", "租赁合同解除", "解除收回"])
def test_the_end_of_another_contract_ends_nothing(text: str) -> None:
    assert dealings(text)["effect"] == "none"


@pytest.mark.parametrize(
    ("disposal", "cause", "read"),
    [
        ("因政府原因未交地", None, "government"),
        ("高压线未迁改", None, "government"),
        ("企业资金不足，未处置", None, "holder"),
        ("司法查封", None, "judicial"),
        ("法院拍卖中", None, "litigation"),
        ("高压线未迁改", "政府原因", "government"),
        ("高压线未迁改", "企业资金不足", "holder+government"),
        ("高压线未迁改", "其他", ""),  # what the column of causes says was not read
        ("政府原因已延期", None, ""),  # a disposal, which says more than its cause
        ("未处置", None, ""),
    ],
)
def test_a_cause_among_the_disposals_is_a_cause(
    disposal: str, cause: str | None, read: str
) -> None:
    due = {"agreed_start": pd.Timestamp("2022-03-01"), "price_wan": 100.0}
    frame = pd.DataFrame([due | {"disposal": disposal, "idle_cause": cause}])
    told = judge_supply(frame, DAY, RULES).iloc[0]
    assert told["cause"] == read
    assert told["finding"] != "disposed"
    named = "读作闲置原因" in told["evidence"]
    assert named == ("cause_in_disposal" in told["flags"].split(";"))
    assert named == (disposal not in {"政府原因已延期", "未处置"})


@pytest.mark.parametrize("text", PARTIAL)
def test_a_part_is_not_the_whole(text: str) -> None:
    told = dealings(text)
    assert (told["effect"], told["partial"]) == ("none", True)


@pytest.mark.parametrize("text", UNREAD)
def test_what_the_rules_do_not_list_is_told(text: str) -> None:
    told = dealings(text)
    assert (told["effect"], told["unread"]) == ("none", True)


@pytest.mark.parametrize("text", NOTHING_YET)
def test_what_says_that_nothing_was_done_is_no_doubt(text: str) -> None:
    assert dealings(text) == {
        "effect": "none", "unread": False, "not_done": False, "partial": False,
    }  # fmt: skip


@pytest.mark.parametrize(("text", "effect"), DONE)
def test_what_was_done_counts(text: str, effect: str) -> None:
    assert dealings(text) == {
        "effect": effect, "unread": False, "not_done": False, "partial": False,
    }  # fmt: skip


# Nothing of these says that this land was taken back, exchanged or dealt with.
OF_ANOTHER_THING = (
    """
已收回土地出让金|收回闲置费|已收回施工许可证|收回规划许可证|回购厂房|该企业其他地块已收回|已收回另一宗地
已收回，后又返还企业|收回（2023年已批复，企业未交还）|报省批准收回|已立案收回|正在办理收回，已收回土地证
2025年12月31日前收回|收回×|收回（误）|已销号（误销）|预收回|能收回尽收回|已处置（缴纳闲置费）|已收回收据
已收回履约保证金|收回营业执照|收回红线图|收回土地款|已收回临时用地批文|退还土地保证金|退还土地出让金|回购设备
收储价格已评定|收储地块名单已公布|拟收回已取消|收回又发还|收回（系统误点）|收回（重复登记）|收回（另一期）
已收回邻地|对面地块已收回|隔壁已收回|名义收回|形式上收回|视同收回|建议书要求收回|已收回，实际仍由企业占用
已收回但企业仍在使用|已置换设备|置换方案获批|已转让商标|已转让专利技术|转让（内部）|注销土地抵押|应收回未收回
可收回|打算收回|会议提出收回|纪要明确收回|领导同意收回|曾收回|收回第一步|收回倒计时|已收回？|收回（1/2）
收回（3号地）|已收回（未办理手续）|收回A地块|已处置（约谈）|已处置（列入台账）|已处置（下达收回决定）|已销号（系统自动）
已整改（企业书面承诺）|已盘活（招商中）|已盘活资金|收回过|收回了又还|已退地保证金|退地押金|交还土地证书
收回授权书|收回成命|合同解除纠纷|合同解除条件成就|解除合同担保
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def test_a_deed_done_to_another_thing_or_not_understood_ends_nothing() -> None:
    for text in OF_ANOTHER_THING:
        told = dealings(text)
        assert told["effect"] == "none", text
        assert told["unread"] or told["not_done"] or told["partial"], text


@pytest.mark.parametrize(
    "text",
    [
        "政府已收回该宗地国有建设用地使用权", "2023年由安宁市人民政府收回", "已由县土储中心收储",
        "协议有偿收回，补偿款已支付", "因企业资金问题，已收回", "已收回并重新挂牌出让",
        "已收回（昆政土收〔2021〕12号）", "已收回土地使用权并注销土地证", "企业主动退地",
    ],
)  # fmt: skip
def test_what_stands_around_a_deed_and_is_known_leaves_it_done(text: str) -> None:
    told = dealings(text)
    assert (told["effect"], told["unread"], told["not_done"]) == ("ends", False, False)


CAUSES = [
    ("政府原因", "government"),
    ("未交付土地", "government"),
    ("未按合同约定交付土地", "government"),
    ("市政道路未配套", "government"),
    ("高压线未迁改", "government"),
    ("房屋拆迁未完成", "government"),
    ("规划调整", "government"),
    ("政府原因致企业无法开工", "government"),
    ("因政府未按时交地，企业无法动工", "government"),
    ("地块内有文物需考古", "government"),
    ("村民阻工", "government"),
    ("道路不通", "government"),
    ("净地条件不具备", "government"),
    ("企业原因", "holder"),
    ("企业资金不足", "holder"),
    ("企业资金链断裂", "holder"),
    ("市场行情低迷", "holder"),
    ("无资金", "holder"),
    ("企业未向政府申请施工许可", "holder"),
    ("企业股东纠纷", "holder"),
    ("不是政府原因，系企业资金链断裂", "holder"),
    ("企业原因（非政府原因）", "holder"),
    ("不可抗力", "force_majeure"),
    ("疫情影响", "force_majeure"),
    ("泥石流", "force_majeure"),
    ("法院查封", "judicial"),
    ("涉诉讼", "litigation"),
    ("被昆明中院依法查封", "judicial"),
    ("轮候查封", "judicial"),
    ("诉讼中，土地已被查封", "judicial"),
    ("诉讼中，已解除查封", ""),
    ("原查封已解除，企业资金不足", "holder"),
    ("拆迁未完成", "government"),
    ("房屋未拆迁完成", "government"),
    ("征收未完成", "government"),
    ("未净地交付", "government"),
    ("没有净地交付", "government"),
    ("非净地交付", "government"),
    ("净地未交付", "government"),
    ("无三通一平", "government"),
    ("拆迁未完成、未净地交付", "government"),
    ("拆迁未完成，企业资金不足", "holder+government"),
    ("没有企业原因", "not_holder"),
    ("既非企业原因也非政府原因", "not_holder+not_government"),
    ("非政府原因", "not_government"),
    ("并非政府原因", "not_government"),
    ("政府原因不成立", "not_government"),
    ("非因规划调整", "not_government"),
    ("非政府、规划调整原因", "not_government"),
    ("未认定为政府原因", "not_government"),
    ("非企业原因", "not_holder"),
    ("非企业自身原因", "not_holder"),
    ("企业。", "holder"),
    ("用地单位资金不到位", "holder"),
    ("政府政策调整，不是企业原因", "government"),
    ("不属于企业原因，系政府未交地", "government"),
    ("园区供水供电不到位", "government"),
    ("确系政府原因", "government"),
    ("属政府原因但企业也有责任", "holder+government"),
    ("企业未缴款，政府未交地", "holder+government"),
    ("政企双方原因", ""),
    ("企业申请认定政府原因，未通过", ""),
    ("环评未批", ""),
    ("暂未查明原因", ""),
    ("因疫情影响，企业资金困难", "holder+force_majeure"),
    ("企业原因和政府原因", "holder+government"),
    ("疑似政府原因", ""),
    ("企业称政府未交地", ""),
    ("是否政府原因待核实", ""),
    ("政府/企业", ""),
    ("政府或企业原因", ""),
    ("其他", ""),
    ("拆迁已完成，企业未动工", "holder"),
    ("三通一平已完成，企业资金链断裂", "holder"),
    ("拆迁未完成，企业资金链断裂", "holder+government"),
    ("规划调整（企业申请）", ""),
    ("政府原因（已消除）", ""),
    ("拆迁已完成", ""),
    ("原因不明", ""),
    ("政府已多次催促", ""),
]


@pytest.mark.parametrize(("text", "code"), CAUSES)
def test_causes(text: str, code: str) -> None:
    facts = read_facts(pd.DataFrame({"idle_cause": [text]}), DAY, RULES)
    assert facts.cause[0] == code
    liable = {"holder": 1, "government": 0, "force_majeure": 0, "not_holder": 0}
    assert facts.liable[0] == liable.get(code, -1)


# Causes that are named only to say that they are absent, over, or an excuse.
NO_CAUSE = (
    """
未发现政府原因|地块周边道路已通、净地交付|征地拆迁已完成，土地已移交|征地补偿已到位，村民无纠纷|文物勘探已通过
不涉及生态红线|未压覆矿产|不受疫情影响|疫情结束后仍未动工|规划调整未影响该地块|变电站已建成，供电正常
企业以规划调整为由拒不动工|无文物|未发现古墓|已避让生态红线|高压线已迁改|拆迁工作早已结束|安置房已建成
三通一平齐全|市政道路畅通|供水供电正常|供水供电已到位|控规已批复|规划调整已完成|规划修改已获批|未受洪水影响
台风过后未动工，未受台风影响|考古发掘完成|考古已通过验收|附着物已清理|坟墓已迁|征地手续齐全|征收补偿款已发放
完成拆迁|已完成征地|净地出让|按净地条件交付|政策调整不影响本项目|军事设施无影响|环保督察已通过|权属争议已解决
企业谎称规划调整，借口|以疫情为借口|没有信访|查无政府原因|未因地震受损|法院已解除查封|无司法查封|信访已化解
拆迁补偿款发放完毕|土地平整完成，三通一平达到要求
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

CAUSES_STILL = (
    """
征地未完成|尚未拆迁|未拆迁|拆迁补偿未到位|因规划调整无法动工|文物勘探未完成|压覆矿产|涉及生态红线
占用永久基本农田|变电站未建|高压线未迁改|控规未批|未按约定交地|净地条件不具备|不具备净地条件|政府未完成征地拆迁
村民阻工|供水供电不到位|三通一平未完成|安置未落实|政策调整|发现古墓
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def test_a_cause_that_is_absent_or_over_clears_of_nothing() -> None:
    for text in NO_CAUSE:
        row = {"agreed_start": "2024-06-01", "price_wan": 600.0, "idle_cause": text}
        told = judge_supply(pd.DataFrame([row]), DAY, RULES).iloc[0]
        assert np.isnan(told["fee_wan"]), text
        assert not told["recovery"], text
        assert told["cause"] or f"闲置原因栏记“{text}”，未能识读" in told["evidence"], text
        assert told["cause"] not in {"government", "force_majeure", "judicial"}, text


def test_a_cause_that_holds_is_still_read() -> None:
    reader = CauseReader(RULES.causes, RULES.grammar)
    assert {text: reader.read(text) for text in CAUSES_STILL} == dict.fromkeys(
        CAUSES_STILL, ("government",)
    )


# A court is named, and no seizure holds: it was lifted, or the court sold the land to its holder.
NOT_SEIZED = [
    "已解除查封",
    "查封已解除",
    "司法查封（已解除）",
    "法院已解除查封",
    "已解封",
    "曾被查封",
    "曾被法院查封",
    "无查封",
    "未查封",
    "解除冻结",
    "司法拍卖取得",
    "企业通过司法拍卖取得",
    "法院拍卖取得",
    "通过法院拍卖竞得",
    "法院裁定过户",
    "涉诉讼",
    "法院拍卖中",
    "诉讼已结案",
]


@pytest.mark.parametrize("text", NOT_SEIZED)
def test_no_seizure_is_told_where_none_holds(text: str) -> None:
    row = {"agreed_start": "2020-03-01", "idle_cause": text, "price_wan": 100.0}
    told = judge_supply(pd.DataFrame([row]), DAY, RULES).iloc[0]
    assert (bool(told["seized"]), np.isnan(told["fee_wan"])) == (False, True)
    assert "有司法查封" not in told["evidence"]


def test_causes_that_are_only_denied_are_not_several_causes() -> None:
    row = {"agreed_start": "2020-03-01", "idle_cause": "既非企业原因也非政府原因"}
    told = judge_supply(pd.DataFrame([row, row | {"idle_cause": "企业原因和政府原因"}]), DAY, RULES)
    denied, named = told["evidence"]
    assert "只记不是使用权人（企业）原因、政府原因，原因未明，不自动判定" in denied
    assert "记有多种原因，不自动判定" in named
    assert [("several_causes" in flags.split(";")) for flags in told["flags"]] == [False, True]


def test_a_seizure_that_the_answer_denies_is_told_with_both() -> None:
    row = {"agreed_start": "2020-03-01", "idle_cause": "法院查封", "seized": False}
    told = judge_supply(pd.DataFrame([row]), DAY, RULES).iloc[0]
    assert pd.isna(told["seized"])
    assert "是否司法查封栏记“否”，而闲置原因栏记“法院查封”，两者矛盾" in told["evidence"]
    assert "seizure_contradicted" in told["flags"].split(";")
    assert "seizure_unclear" not in told["flags"].split(";")  # both sides were read


@pytest.mark.parametrize("what", ["actual_start", "actual_completion"])
def test_land_taken_back_and_used_afterwards_is_neither_disposed_nor_used(what: str) -> None:
    row = {"agreed_start": "2020-03-01", "disposal": "已收回", "disposal_date": "2020-12-01"}
    frame = pd.DataFrame([row | {what: "2021-05-01"}, row | {what: "2020-05-01"}])
    told = judge_supply(frame, DAY, RULES)
    assert told["finding"].iloc[0] == "indeterminate"
    assert "“已收回”（2020-12-01），而 2021-05-01" in told["evidence"].iloc[0]
    assert "used_after_end" in told["flags"].iloc[0].split(";")
    assert told["finding"].iloc[1] in {"disposed", "completed"}


STATES = [
    # text in the column of the start; whether it started: True, False, None for open
    ("已动工 ", True),
    ("在建", True),
    ("施工中", True),
    ("正在施工", True),
    ("正常建设", True),
    ("已开工", True),
    ("停工", True),
    ("已竣工", True),
    ("未动工 ", False),
    ("尚未开工", False),
    ("未开工建设", False),
    ("否", False),
    ("没有动工", False),
    ("预计2027年5月开工", False),
    ("计划2020年9月开工", None),
    ("正在办理施工许可证", None),
    ("一期2020.9.1，二期未动工", None),
    ("部分地块动工", None),
    ("是否动工待核", None),
    ("围墙已完工", None),
    ("围墙开工", None),
    ("已进场", None),
    ("详见合同", None),
    ("2020.1", None),
    ("已约定开工", None),
    ("已同意延期开工", None),
    ("已开始办理开工手续", None),
    ("已开工仪式", None),
    ("按约定开工", True),
    ("2021年3月1日开工后停工", True),
    ("无法确定", None),
    ("开工手续办理中", None),
]


@pytest.mark.parametrize(("text", "started"), STATES)
def test_what_stands_in_place_of_the_start(text: str, started: bool | None) -> None:  # noqa: FBT001
    frame = pd.DataFrame({"actual_start_unread": [text]})
    facts = read_facts(frame, DAY, RULES)
    assert bool(facts.started[0]) is (started is True)
    assert bool(facts.unread.start_unclear[0]) is (started is None)


@given(st.text(max_size=30) | st.sampled_from(NOT_DONE).map(lambda text: text[::-1]))
def test_no_text_breaks_the_reader(text: str) -> None:
    reader = PhraseReader(RULES.disposals, RULES.grammar, dt.date(2025, 12, 31))
    reading = reader.read(text)
    assert reading == reader.read(text)
    CauseReader(RULES.causes, RULES.grammar).read(text)


def test_a_mark_before_the_word_never_clears() -> None:
    """Whatever stands between, what is denied, intended or pending does not end a case."""
    words = ["收回", "转让", "动工", "置换", "竣工", "缴纳闲置费"]
    marks = ["未", "尚未", "不予", "拟", "计划", "正在", "督促企业尽快", "无法", "建议"]
    texts = [
        text
        for word, mark, between in product(
            words, marks, ["", "甲公司", "该宗地", "于2021年", "按合同"]
        )
        for text in (f"{mark}{between}{word}", f"{between}{mark}{word}", f"{mark}，{between}{word}")
        if "正在动工" not in text  # work that is being done has started
    ]
    frame = pd.DataFrame({"agreed_start": "2018-01-01", "disposal": texts})
    told = judge_supply(frame, "2025-12-31")["finding"]
    assert [
        text for text, found in zip(texts, told, strict=True) if found != "suspected_idle"
    ] == []


@pytest.mark.parametrize("text", ["已动工建设", "经督促已动工", "在建"])
def test_a_start_among_the_disposals_disposes_of_nothing(text: str) -> None:
    frame = pd.DataFrame({"agreed_start": ["2018-01-01"], "disposal": [text]})
    row = judge_supply(frame, "2025-12-31").iloc[0]
    assert row["finding"] == "indeterminate"
    assert f"处置方式栏记“{text}”，动工情况不明" in row["evidence"]


@pytest.mark.parametrize("text", ["闲置费", "征收闲置费", "已下达征缴闲置费决定书"])
def test_a_fee_that_is_only_named_was_not_paid(text: str) -> None:
    frame = pd.DataFrame({"agreed_start": ["2025-01-01"], "disposal": [text]})
    row = judge_supply(frame, "2026-06-01").iloc[0]
    assert row["finding"] == "suspected_idle"
    assert f"处置方式栏记“{text}”" in row["evidence"]
    assert "已征缴" not in row["evidence"].replace(text, "")
