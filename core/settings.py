"""Settings from the environment (prefix `CLAUSETTE_`); each secret may come from a file (`…_FILE`).

The environment only seeds the first territory: contacts, days and texts of a territory are rows.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = ("DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "SMTP_URL",
           "IMAP_URL", "LLM_KEY")  # fmt: skip


class InvalidSettings(Exception):
    """A setting is wrong; the message is one line that names it."""


class Settings(BaseSettings):
    """What the operator sets; every value has a default that works for the demo."""

    model_config = SettingsConfigDict(env_prefix="CLAUSETTE_", extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    secret_key: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    public_url: str = "http://127.0.0.1:8000"
    timezone: str = "Europe/Paris"
    instance: str = "main"

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")

    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "Clausette <clausette@exemple.fr>"
    mail_reply_to: str = ""
    mail_return_path: str = ""  # where reports of failure come back, each letter with its own plus-part; else mail_from
    mails_a_minute: int = Field(default=120, ge=0)  # to one domain; 0: as fast as the server takes them
    imap_url: SecretStr = SecretStr("")
    trusted_authserv: str = ""

    facilitator_email: str = ""
    facilitator_name: str = ""
    facilitator_phone: str = ""
    territory: str = "Département"

    llm_url: str = ""
    llm_model: str = ""
    llm_key: SecretStr = SecretStr("")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    stranger_files_a_day: int = Field(default=5, ge=0)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r}, for example Europe/Paris") from error
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()

    @classmethod
    def read(cls, **overrides: Any) -> Self:
        """Read the environment and its `…_FILE` variants.

        Raises InvalidSettings with one line that names the setting and what is wrong.
        """
        from_files: dict[str, Any] = {}
        for name in SECRETS:
            path = os.environ.get(f"CLAUSETTE_{name}_FILE")
            if path:
                try:
                    from_files[name.lower()] = Path(path).read_text(encoding="utf-8").strip()
                except OSError as error:
                    raise InvalidSettings(f"CLAUSETTE_{name}_FILE: cannot read {path} ({error.strerror})") from error
        try:
            return cls(**{**from_files, **overrides})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).upper() if first["loc"] else "?"
            raise InvalidSettings(f"CLAUSETTE_{name}: {first['msg'].removeprefix('Value error, ')}") from error

    @property
    def zone(self) -> ZoneInfo:
        """The territory's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data directory when none is set."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'clausette.sqlite3'}"
