"""A score of what is built (建成评分), fitted to the bureau's own parcels and held against them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.imagery.rules import ImageryRules

FEATURES: Final = ("ndvi90", "pisi", "mndwi", "vis_variation")
"""What the score looks at; ``mndwi`` only where there is short-wave infrared."""

_FOLDS: Final = 5
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """
    A fitted score, or why there is none (标定结果).

    Attributes
    ----------
    usable
        Whether verdicts may rest on it.
    reason
        Why not, both languages; empty where it is usable.
    features, weights, intercept, middle, spread
        The score: a logistic function of standardised features.
    labels
        How many parcels of each class it was fitted to.
    matrix
        Cross-validated: label (not built, built) by told (not built, undecided, built), ``(2, 3)``.
    right
        Share of those decided that were right; NaN where none was decided.
    calibration_id
        Checksum of labels and weights.
    """

    usable: bool
    reason: str
    features: tuple[str, ...]
    weights: NDArray[np.float64]
    intercept: float
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    labels: tuple[int, int]
    matrix: NDArray[np.int64]
    right: float
    calibration_id: str

    @property
    def shown_id(self) -> str:
        """Its checksum where verdicts rest on it."""
        return self.calibration_id if self.usable else ""

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Score of parcels (评分).

        Parameters
        ----------
        features
            ``(n, len(FEATURES))``.

        Returns
        -------
        score
            In 0..1, ``(n,)``; NaN where a feature is missing or there is no calibration.
        """
        if not len(self.weights):
            return np.full(len(features), np.nan)
        columns = [FEATURES.index(name) for name in self.features]
        told = ((features[:, columns] - self.middle) / self.spread) @ self.weights
        return 1.0 / (1.0 + np.exp(-np.clip(told + self.intercept, -50.0, 50.0)))

    def record(self) -> dict[str, Any]:
        """
        Tell everything about it as plain values (标定记录).

        Returns
        -------
        record
            For ``calibration.json``.
        """
        return {
            "calibration_id": self.calibration_id,
            "usable": self.usable,
            "reason": self.reason,
            "features": list(self.features),
            "weights": [round(float(each), _DIGITS) for each in self.weights],
            "intercept": round(self.intercept, _DIGITS),
            "middle": [round(float(each), _DIGITS) for each in self.middle],
            "spread": [round(float(each), _DIGITS) for each in self.spread],
            "labels": {"not_built": self.labels[0], "built": self.labels[1]},
            "cross_validated": {
                "rows": ["not_built", "built"],
                "columns": ["not_built", "cannot_tell", "built"],
                "matrix": self.matrix.tolist(),
                "right_of_decided": None if np.isnan(self.right) else round(self.right, 6),
            },
        }


def no_calibration(reason: str, labels: tuple[int, int] = (0, 0)) -> Calibration:
    """
    Say why there is no score (没有标定).

    Parameters
    ----------
    reason
        Both languages.
    labels
        How many parcels of each class there were.

    Returns
    -------
    calibration
        Not usable.
    """
    none = np.empty(0)
    matrix = np.zeros((2, 3), dtype=np.int64)
    return Calibration(
        usable=False, reason=reason, features=(), weights=none, intercept=0.0, middle=none,
        spread=none, labels=labels, matrix=matrix, right=np.nan, calibration_id="",
    )  # fmt: skip


def calibrate(
    features: NDArray[np.float64], built: NDArray[np.bool_], rules: ImageryRules
) -> Calibration:
    """
    Fit the score to labelled parcels (标定) and hold it against those left out of each fit.

    Parameters
    ----------
    features
        Of the labelled parcels, ``(m, len(FEATURES))``.
    built
        Their label, ``(m,)``.
    rules
        The thresholds.

    Returns
    -------
    calibration
        Not usable below ten labels a class or 95 % right of those decided.
    """
    whole = np.isfinite(features)
    chosen = [k for k in range(len(FEATURES)) if k != FEATURES.index("mndwi") or whole[:, k].all()]
    held = whole[:, chosen].all(axis=1)
    told, label = features[held][:, chosen], built[held]
    labels = (int((~label).sum()), int(label.sum()))
    least = int(rules.number("least_labels"))
    if min(labels) < least:
        return no_calibration(
            f"每类至少 {least} 个标注，现未建 {labels[0]}、已建 {labels[1]} / "
            f"fewer than {least} labels of a class",
            labels,
        )
    scores = _cross_validated_scores(told, label)
    matrix = _confusion_matrix(scores, label, rules)
    decided = matrix[:, [0, 2]].sum()
    right = float((matrix[0, 0] + matrix[1, 2]) / decided) if decided else np.nan
    weights, intercept, middle, spread = _fit_logistic_score(told, label)
    seen = hashlib.sha256(np.round(told, 6).tobytes() + label.tobytes()).hexdigest()[:12]
    usable = bool(right >= rules.number("least_right"))
    reason = (
        ""
        if usable
        else f"交叉验证：判出的只有 {right:.1%} 正确，低于 {rules.number('least_right'):.0%} / "
        "cross-validated, too few of those decided are right"
    )
    return Calibration(
        usable, reason, tuple(FEATURES[k] for k in chosen), weights, intercept, middle, spread,
        labels, matrix, right, seen,
    )  # fmt: skip


def _fit_logistic_score(
    features: NDArray[np.float64], built: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second

    middle = features.mean(axis=0)
    spread = np.where(features.std(axis=0) > 0.0, features.std(axis=0), 1.0)
    made = LogisticRegression(class_weight="balanced", max_iter=500)
    made.fit((features - middle) / spread, built)
    return made.coef_[0], float(made.intercept_[0]), middle, spread


def _cross_validated_scores(
    features: NDArray[np.float64], built: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Score every labelled parcel by a fit that has not seen it."""
    scores = np.empty(len(built))
    fold = np.empty(len(built), dtype=int)
    random = np.random.default_rng(0)
    for label in (False, True):
        rows = random.permutation(np.flatnonzero(built == label))
        fold[rows] = np.arange(len(rows)) % _FOLDS
    for number in range(_FOLDS):
        out = fold == number
        weights, intercept, middle, spread = _fit_logistic_score(features[~out], built[~out])
        told = ((features[out] - middle) / spread) @ weights + intercept
        scores[out] = 1.0 / (1.0 + np.exp(-np.clip(told, -50.0, 50.0)))
    return scores


def _confusion_matrix(
    scores: NDArray[np.float64], built: NDArray[np.bool_], rules: ImageryRules
) -> NDArray[np.int64]:
    told = np.where(
        scores >= rules.number("built_score"),
        2,
        np.where(scores <= rules.number("not_built_score"), 0, 1),
    )
    matrix = np.zeros((2, 3), dtype=np.int64)
    np.add.at(matrix, (built.astype(int), told), 1)
    return matrix
