"""Intensity from parcels (由图斑计算): land uses and open land summed by zone."""
