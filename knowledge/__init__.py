"""Sourced answers about social clauses: articles, their search, and what is left to the facilitateur."""

from knowledge.articles import Article, InvalidArticle, Source
from knowledge.library import Answer, Library, Option

__all__ = ["Answer", "Article", "InvalidArticle", "Library", "Option", "Source"]
