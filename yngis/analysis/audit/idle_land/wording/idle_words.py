"""What the free texts of a ledger may mean, as data (用语规则): words and their grammar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Text, ...], Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


class Frozen(BaseModel):
    """A part of a rule file: frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Grammar(Frozen):
    """
    What turns the meaning of a word in its clause (语法): negation, intention, process, part.

    A mark is a text; one that ends in ``$`` must stand at the end of a clause.

    Attributes
    ----------
    kept
        Words that hold the letters of a mark and mark nothing (无偿, 不动产).
    done
        Marks that what follows has been done (已).
    finished
        Verbs of finishing (完成): they say that it was done unless a mark before them denies it.
    negated, intended, pending
        Marks that it was not done, is to be done, or is being done.
    failed
        Marks behind a word that it came to nothing (未果).
    undone
        Marks before or behind a word that it was undone (撤销, 作废, 误录).
    revoked
        The same of decisions that were withdrawn (撤销, 解除), so that nothing was dealt with.
    consents, agreements
        Consent before a word, and agreements or decisions behind it: steps, not the deed, save
        for words that are ``agreed``.
    steps
        Nouns behind a word that make it a proceeding (手续): done only where that is said.
    papers
        Nouns behind a word that make it a paper or a wish (通知, 方案): never the deed itself.
    doubtful
        Marks that make the whole clause uncertain (是否, 或, 据称).
    partial, whole
        Marks that only part of the land is meant, and that all of it is.
    plain
        Words around a deed that say nothing of whether it was done, nor to what (该宗地, 依法).
    beside, topics
        Words of a remark that say nothing of the case beside those it is read for (目前, 现场), and
        words whose whole clause is about something else (联系电话).
    no_letter
        Words beside the number of a letter of recognition that say that it is denied, revoked or
        still to come (已撤销, 待下发).
    over_after
        Marks directly behind a cause, or alone in the next clause, that say it is over (已消除).
    denied, denied_after
        Marks directly before or behind a cause that say it is not the cause (非, 无关).
    """

    kept: Words
    done: Words
    finished: Words
    negated: Words
    intended: Words
    pending: Words
    failed: Words
    undone: Words
    revoked: tuple[Text, ...] = ()
    consents: Words
    agreements: Words
    steps: Words
    papers: Words
    doubtful: Words
    partial: Words
    whole: Words
    plain: tuple[Text, ...] = ()
    beside: tuple[Text, ...] = ()
    topics: tuple[Text, ...] = ()
    no_letter: Words
    denied: Words
    over_after: Words
    denied_after: Words


class Word(Frozen):
    """
    A meaning that free texts of a column are read for (关键词).

    Attributes
    ----------
    code
        Its name in the output.
    zh
        Its name for people.
    words
        Words that stand for it; the longest decides where one holds another, and a word after
        ``=`` must be the whole text.
    needs_done
        Whether it counts only where its clause says that it was done.
    agreed
        Whether consent or an agreement is the deed itself, and a day behind it the one agreed.
    not_with
        Words in the same clause that make it mean something else, such as 围墙 beside 动工.
    whole_land
        Whether it counts only where all that stands around it is known, so that it is this land
        to which it was done: 收回 said of a permit, or of another parcel, is not.
    """

    code: Code
    zh: Text
    words: Words
    needs_done: bool = False
    agreed: bool = False
    not_with: tuple[Text, ...] = ()
    whole_land: bool = False


class Cause(Word):
    """
    A cause of idleness (闲置原因).

    Attributes
    ----------
    liable
        Whether the holder answers for it; None where people must decide.
    article
        Where the law says so.
    denied_as
        Code of the cause that a text gives which only says that this is *not* it.
    deeds
        Those of its words that name what is to be done (拆迁): undone is the cause, done none.
    lacking
        Those of its words that are a cause only where the clause says that they lack (净地).
    told_as
        Code of the cause that says the same and more: where both are named, that one stands.
    """

    liable: bool | None
    article: str = ""
    denied_as: str = ""
    deeds: tuple[Text, ...] = ()
    lacking: tuple[Text, ...] = ()
    told_as: str = ""


class Disposal(Word):
    """
    A way of dealing with idle land (处置方式).

    Attributes
    ----------
    effect
        ``ends`` the case; ``until_started``: it ends, and once work starts its dates decide again;
        ``for_a_time``: the case rests for ``lasts_months``; ``fee_paid``: the clock runs on to
        recovery; ``extended``: a new start date was agreed; ``none``: nothing has happened yet.
    lasts_months
        Months after which it is over.
    article
        Where the law limits it.
    shows_work
        Whether it tells of work on the land.
    """

    effect: Literal["ends", "until_started", "for_a_time", "fee_paid", "extended", "none"]
    lasts_months: Annotated[int, Field(gt=0, le=240)] | None = None
    article: str = ""
    shows_work: bool = False


class Remark(Word):
    """
    What a remark may say that no column of the card holds (备注用语).

    Attributes
    ----------
    decides
        Whether it may change a finding; what does not only keeps its letters from being read as
        something else (解除查封).
    tells
        What it tells of the work: ``work`` on land without a start on record, a ``stop`` of work
        under way, or ``no_work`` where days of work stand (空地, 误填). Empty where it ends or
        parts the case.
    """

    decides: bool = True
    tells: Literal["", "work", "stop", "no_work"] = ""


class State(Word):
    """
    What a text in a column of dates says of the work (动工、竣工、停工的文字).

    Attributes
    ----------
    code
        ``started``, ``completed``, ``suspended``, ``not_started`` or ``handed_over``.
    """

    code: Literal["started", "completed", "suspended", "not_started", "handed_over"]
