"""Intake (接收): a bureau's own tables and layers, understood by header, judged row by row."""

from __future__ import annotations

from yngis.catalogue.intake.card import InputCard, read_input_card

__all__ = ["InputCard", "read_input_card"]
