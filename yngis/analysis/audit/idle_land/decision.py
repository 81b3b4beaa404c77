"""What a supply record is by the law: the cases in the order in which they are asked (判定)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.audit.idle_land.periods import NO_DAY, full_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.facts import Facts
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

# A ratio of two decimals written in binary is off by less than 1e-15 of itself.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Decision:
    """
    What was decided, one array entry per record, and the days that decided it.

    Parameters
    ----------
    finding, branch, idle_class
        Codes; branch ``not_started`` or ``suspended``, class ``1-2`` or ``>=2`` [years], or empty.
    reason
        Why the dates do not decide: a code of ``REASONS``, empty where they do.
    since
        Day from which the days are counted: start due, suspension, or agreed completion.
    idle_since
        Day on which the land became idle.
    days
        Days past ``since``, negative if still ahead; NaN where nothing is counted.
    class_since
        Day on which the first or the second year of its class became full.
    recovery
        Whether recovery without compensation (无偿收回) is what the rules say.
    fee_arises
        Whether a fee is to be collected, known or not.
    fee
        Fee [万元]; 0 where the law asks none, NaN where it is open or does not arise.
    """

    finding: NDArray[np.object_]
    branch: NDArray[np.object_]
    idle_class: NDArray[np.object_]
    reason: NDArray[np.object_]
    since: NDArray[np.datetime64]
    idle_since: NDArray[np.datetime64]
    days: NDArray[np.float64]
    class_since: NDArray[np.datetime64]
    recovery: NDArray[np.bool_]
    fee_arises: NDArray[np.bool_]
    fee: NDArray[np.float64]


class _Full(NamedTuple):
    """Days on which the first year is full, waiting and paused, and whether the second is."""

    waiting: NDArray[np.datetime64]
    paused: NDArray[np.datetime64]
    grave: NDArray[np.bool_]


def decide_records(facts: Facts, today: np.datetime64, rules: RuleSet) -> Decision:
    """Decide what every record is (判定)."""
    full = full_on(facts.due, rules.not_started.idle_months, rules.counting)
    twice = full_on(facts.due, rules.not_started.recover_months, rules.counting)
    paused = full_on(facts.suspension, rules.suspended.idle_months, rules.counting)
    paused_twice = full_on(facts.suspension, rules.suspended.recover_months, rules.counting)
    grave = np.where(facts.started, today >= paused_twice, today >= twice)
    cases = _finding_cases(facts, today, rules, _Full(full, paused, grave))
    held = [when for _, _, when in cases]
    finding = np.select(held, [name for name, _, _ in cases], default="suspected_idle")
    finding = finding.astype(object)
    reason = np.select(held, [why for _, why, _ in cases], default="").astype(object)
    # The bureau has recognised it: gaps in the record do not undo that.
    finding[(finding == "indeterminate") & facts.recognised] = "suspected_idle"
    branch = np.where(
        finding == "suspected_idle", np.where(facts.started, "suspended", "not_started"), ""
    )
    branch = np.where(finding == "suspended", "suspended", branch).astype(object)
    idle_since = np.where(facts.started, paused, full)
    idle_since = np.where((finding == "suspected_idle") & (idle_since <= today), idle_since, NO_DAY)
    # What the dates do not decide has no class by them, though a letter says that it is idle.
    decides = np.isin(reason, ["", "shares"])
    idle_since = np.where(decides, idle_since, NO_DAY)
    classes = np.where(
        facts.started, _class_names(rules.suspended, grave), _class_names(rules.not_started, grave)
    )
    idle_class = np.where(np.isnat(idle_since), "", classes).astype(object)
    since = np.where(decides, _counted_from(facts, finding), NO_DAY)
    dated = ~np.isnat(idle_since)
    second = np.where(facts.started, paused_twice, twice)
    recovery, owed, fee = _fee_and_recovery(facts, finding, dated, grave, rules)
    return Decision(
        finding=finding,
        branch=branch,
        idle_class=idle_class,
        reason=reason,
        since=since,
        idle_since=idle_since,
        days=_days_between(since, today),
        class_since=np.where(dated & grave, second, idle_since),
        recovery=recovery,
        fee_arises=owed,
        fee=fee,
    )


def _finding_cases(
    facts: Facts,
    today: np.datetime64,
    rules: RuleSet,
    full: _Full,
) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Findings, each with the reason why dates do not decide, in the order they are asked in."""
    deal, unread, started = facts.dealings, facts.unread, facts.started
    low, clear = _shares_below_limits(facts, rules)
    disposed = (deal.effect == "ends") | ((deal.effect == "fee_paid") & ~full.grave)
    # 已动工 among the disposals is a start, which disposes of nothing.
    disposed |= (deal.effect == "until_started") & ~started & ~deal.shows_work
    disposed |= (deal.effect == "for_a_time") & ~deal.over & ~deal.day_unclear & ~started
    disposed &= ~deal.day_unclear
    # A start agreed anew after the temporary use counts from then on.
    again = (facts.due_basis == "extended") & (facts.due > deal.day)
    long = facts.suspended & (today >= full.paused)
    paused_unknown = (started & ~facts.suspended) & (unread.suspended | unread.suspension_unclear)
    resumed = long & ~clear & deal.shows_work & ~(deal.day < facts.suspension)
    late = started & (today > facts.agreed_completion)
    # A day that an extension names is known, so that none is deemed from the hand-over (art. 22).
    extended = facts.due_basis == "extended"
    undated = (deal.effect == "extended") & (facts.due_basis != "extended")
    nothing = np.isnat(facts.due)
    halted = deal.shows_work & np.isin(deal.effect, ["none", "until_started"])
    return [
        ("indeterminate", "used_after_end", _is_used_after_end(facts)),
        ("indeterminate", "remarked", facts.remark_decides | facts.state_decides),
        ("completed", "", facts.completed),
        ("disposed", "", disposed),
        ("indeterminate", "completion_unread", unread.completion_unclear),
        # An extension, read or not, never brings the agreed start forward.
        (
            "not_due",
            "",
            ~started & ((today <= facts.due) | (~extended & (today <= facts.agreed_due))),
        ),
        ("indeterminate", "start_unread", ~started & unread.start_unclear),
        ("indeterminate", "resumed", resumed),
        ("indeterminate", "suspension_unread", paused_unknown & ~clear),
        ("indeterminate", "disposal_day", long & deal.day_unclear & (deal.effect == "ends")),
        ("suspected_idle", "", long & low),
        ("indeterminate", "shares", long & ~clear),
        ("suspended", "", facts.suspended & ~long),
        ("overdue_completion", "", late),
        ("in_progress", "", started),
        ("indeterminate", "disposal_day", deal.day_unclear),
        ("indeterminate", "temporary_over", deal.over & ~again),
        ("indeterminate", "due_unread", nothing & (facts.due_basis == "unread")),
        ("indeterminate", "extension_undated", undated),
        ("indeterminate", "no_due", nothing),
        ("indeterminate", "signs", facts.signs),
        ("indeterminate", "no_start_column", np.full(len(started), not facts.start_told)),
        ("indeterminate", "partly_started", deal.part_shows_work | halted),
        ("overdue_start", "", today < full.waiting),
    ]


def _is_used_after_end(facts: Facts) -> NDArray[np.bool_]:
    """Tell where land that was taken back was started or completed by its record afterwards."""
    deal = facts.dealings
    later = (facts.start > deal.day) | (facts.completion > deal.day)
    used: NDArray[np.bool_] = (deal.effect == "ends") & ~deal.day_unclear & later
    return used


def _shares_below_limits(
    facts: Facts, rules: RuleSet
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell where the shares are below their thresholds, and where they surely are not."""
    limits = (rules.suspended.area_share_below, rules.suspended.invest_share_below)
    shares = (facts.area_share, facts.invest_share)
    low = [share < float(limit) - _ROUNDING for share, limit in zip(shares, limits, strict=True)]
    enough = [~np.isnan(share) & ~below for share, below in zip(shares, low, strict=True)]
    if rules.suspended.shares == "any":
        return low[0] | low[1], enough[0] & enough[1]
    return low[0] & low[1], enough[0] | enough[1]


def _class_names(rule: object, grave: NDArray[np.bool_]) -> NDArray[np.object_]:
    first = f"{rule.idle_months / 12:g}-{rule.recover_months / 12:g}"  # type: ignore[attr-defined]
    return np.where(grave, f">={rule.recover_months / 12:g}", first).astype(object)  # type: ignore[attr-defined]


def _counted_from(facts: Facts, finding: NDArray[np.object_]) -> NDArray[np.datetime64]:
    """Day from which the days of each record are counted."""
    paused = np.isin(finding, ["suspended", "suspected_idle"]) & facts.suspended
    building = np.isin(finding, ["in_progress", "overdue_completion"])
    waiting = np.isin(finding, ["not_due", "overdue_start", "suspected_idle"])
    return np.select(
        [paused, building, waiting],
        [facts.suspension, facts.agreed_completion, facts.due],
        default=NO_DAY,
    )


def _days_between(since: NDArray[np.datetime64], today: np.datetime64) -> NDArray[np.float64]:
    passed = today - since
    return np.where(np.isnat(passed), np.nan, passed.astype(np.int64)).astype(np.float64)


def _fee_and_recovery(
    facts: Facts,
    finding: NDArray[np.object_],
    dated: NDArray[np.bool_],
    grave: NDArray[np.bool_],
    rules: RuleSet,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """
    Where recovery without compensation follows, where a fee arises, and how much.

    The fee is 0 where the law asks none, and NaN where it is open.
    """
    share = rules.fee.share_of_price
    judged = (finding == "suspected_idle") & ~facts.seized & ~facts.seizure_unclear
    # Land handed over too late speaks for a cause of the government's: people must look first.
    held = judged & (facts.liable == 1) & (facts.started | ~facts.late_handover)
    # Of what is left of land recovered in part neither area nor price is on record.
    held &= ~facts.dealings.partial
    asked = ~facts.started | (rules.suspended.fee == "as_not_started")
    recovered = dated & grave & (~facts.started | (rules.suspended.recovery == "as_not_started"))
    owed = held & dated & asked & ~recovered
    none = judged & (facts.liable == 0)
    none |= held & (recovered | (facts.started & (rules.suspended.fee == "none")))
    # A price of nothing, as allocated land often has, is a price that nobody recorded.
    price = np.where(facts.price > 0.0, facts.price, np.nan)
    fee = price * share.numerator / share.denominator
    return held & recovered, owed, np.where(owed, fee, np.where(none, 0.0, np.nan))
