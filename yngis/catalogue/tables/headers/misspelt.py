"""Whether one header may be meant by another (疑为笔误): a word that tells an event is no slip."""

from __future__ import annotations

from typing import Final

from yngis.catalogue.io.text import fold_text
from yngis.catalogue.tables.headers.header_words import is_generic

# What happened to land, or which part of it is meant: two headers that differ here differ in
# meaning, however alike they look. 退地日期 is no 供地日期, and 终止 is no 中止.
_TELLING: Final = tuple(
    word
    for line in (
        "供 退 收回 收储 撤回 撤销 解除 注销 核销 核减 调减 扣减 调出 终止 中止 停 复工 失效",
        "有效 到期 过期 作废 废止 替代 置换 剩余 结余 余 未供 已供 减后 动工 开工 竣工 完工",
        "投产 验收 交地 交付 签订 签约 批准 批复 延期 闲置 处置 认定 查封 解封 抵押 转让 变更",
        "调整 征收 征地 拆迁 补偿 缴 建筑 建设 绿化 道路 代征 净 耕地 农用地 林地 占用 合同",
        "不动产 监管 许可 未 非 不 无 原 新 旧 拟 是否",
    )
    for word in line.split()
)


def may_be_misspelt(header: str, meant: str) -> bool:
    """
    Tell whether a header may be a slip for another one.

    Parameters
    ----------
    header
        What was written.
    meant
        A header that is known.

    Returns
    -------
    answer
        False where either has a word for an event or a part that the other lacks, and where the
        other is a general word (面积) that the header says more than.

    Examples
    --------
    >>> may_be_misspelt("供地日起", "供地日期"), may_be_misspelt("退地日期", "供地日期")
    (True, False)
    >>> may_be_misspelt("剩余面积", "面积")
    False
    """
    one, other = fold_text(header), fold_text(meant)
    if is_generic(other) and len(one) > len(other):
        return False
    return all((word in one) == (word in other) for word in _TELLING)
