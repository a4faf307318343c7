"""Plots as SVG: data in, a figure out. Pure."""
