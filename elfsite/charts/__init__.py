"""Drawings of the house: numbers in, SVG text out.

No colour stands here: drawings carry classes and ``data-hue``, the stylesheets decide. Text that
comes from elsewhere is escaped, so every function returns a ``SafeString`` that a template may
print as it is. Each figure has a table twin on its page.
"""
