"""What every table shares."""

from sqlalchemy.orm import DeclarativeBase

from core.database import metadata


class Root(DeclarativeBase):
    """The declarative root; names of constraints follow one convention, so migrations run on both databases."""

    metadata = metadata
