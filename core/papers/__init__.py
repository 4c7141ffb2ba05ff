"""What the house prints: PDF documents made from Typst templates, tagged for screen readers (PDF/UA-1).

Values reach a template as JSON, never as its code, so nothing that somebody typed is run.
"""

from core.papers.rendering import printed

__all__ = ["printed"]
