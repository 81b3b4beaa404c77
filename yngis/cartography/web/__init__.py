"""The web renderer: a prepared figure as one HTML file that asks the network for nothing."""
