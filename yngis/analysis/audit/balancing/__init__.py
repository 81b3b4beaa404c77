"""Approvals against supply (批供平衡): areas, holders, slivers and what could not be balanced."""
