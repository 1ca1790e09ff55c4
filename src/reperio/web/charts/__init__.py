"""Drawings made on the server: geometry here, SVG in `templates/charts.html`, always with the numbers as text."""
