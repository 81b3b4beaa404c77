"""Spatial autocorrelation (空间自相关): neighbours, Moran, Geary and hot spots."""
