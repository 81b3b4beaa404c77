"""Point patterns (点格局): distances, densities and clusters of establishments."""
