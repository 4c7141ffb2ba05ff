"""Rules tried before any search: greetings, misuse, what needs a human, near subjects that are not social clauses.

The rules are data (`outside.yaml`). A rule sees the folded text, and the same text with its SMS spellings replaced.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.lexicon import Lexicon
from knowledge.words import plain

_FILE = Path(__file__).parent / "outside.yaml"
_ELSEWHERE_FILE = Path(__file__).parent / "elsewhere.txt"
LONGEST_COURTESY = 90  # characters; beyond, something else was said
LONGEST_READ = 3000
_ALONE = ("greeting", "thanks", "help")


@dataclass(frozen=True)
class Handover:
    """Why a message is not answered from the articles, and the sentence said instead."""

    reason: str
    topic: str
    text: str


@dataclass(frozen=True)
class Rule:
    topic: str
    reason: str
    reply: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    spares_scope: bool
    sees_names: bool

    def applies(self, texts: tuple[str, ...], in_scope: bool, named: bool) -> bool:
        if self.spares_scope and in_scope:
            return False
        if self.sees_names and named:
            return True
        return any(p.search(text) for text in texts for p in self.patterns) and not any(
            p.search(text) for text in texts for p in self.unless
        )


@dataclass(frozen=True)
class Outside:
    """The rules, with the questions out of the base on which the thresholds are fitted."""

    courtesies: Mapping[str, tuple[re.Pattern[str], str]]
    rules: tuple[Rule, ...]
    scope: re.Pattern[str]
    first_names: re.Pattern[str]
    unknown: str
    examples: tuple[str, ...]

    def check(self, message: str, lexicon: Lexicon) -> Handover | None:
        """What a rule says of a message, or None when it may be searched for."""
        message = message[:LONGEST_READ]
        folded = plain(message)
        bare = " ".join(re.findall(r"[a-z0-9]+", folded))
        if not bare:
            return Handover("greeting", "greeting", self.courtesies["greeting"][1])
        if len(bare) <= LONGEST_COURTESY:
            for reason in _ALONE:
                pattern, reply = self.courtesies[reason]
                if pattern.fullmatch(bare + " "):
                    return Handover(reason, reason, reply)
        texts = (folded, " ".join(lexicon.tokens(message)))
        in_scope = any(self.scope.search(text) for text in texts)
        named = _names_someone(message) or bool(self.first_names.search(folded))
        for rule in self.rules:
            if rule.applies(texts, in_scope, named):
                return Handover(rule.reason, rule.topic, rule.reply)
        return None


# « M. D. », « Mme Martin »: a title and a name, but neither a salutation nor « Madame, Monsieur ».
_TITLE = re.compile(
    r"(?<![Bb]onjour )(?<![Bb]onsoir )(?<![Mm]erci )(?<![Cc]her )(?<![Cc]hère )"
    r"\b(?:M\.|M|Mr|MR|Mme|MME|Mlle|[Mm]onsieur|[Mm]adame|mr|mme)\.? (?!Monsieur|Madame|Mme|M\.|Le |La )[A-ZÉ][\w.-]*"
)
_NAME_BEFORE = (
    r"(?:de|d'|pour|avec|que|embauche|embaucher|recrute|recruter|prendre|compter|valider|declarer|garder|voir) "
)
_NAME_AFTER = (
    r"(?: [a-z]\b\.?)?,? (?:\d\d ans|est|a|il|elle|peut|sort|habite|travaille|touche|veut|commence|n'|ne |va|vient"
    r"|doit|compte|qui)\b"
)


def _names_someone(message: str) -> bool:
    return _TITLE.search(message.replace("\u00a0", " ")) is not None


def read_outside(data: Mapping[str, Any], elsewhere: Iterable[str] = ()) -> Outside:
    """The rules from the sections of their file, and more questions out of the base."""
    names = "|".join(data["first_names"].split())
    rules = [
        Rule(
            topic=rule["topic"],
            reason=rule["reason"],
            reply=rule["reply"],
            patterns=tuple(re.compile(pattern) for pattern in rule["patterns"]),
            unless=tuple(re.compile(pattern) for pattern in rule.get("unless", ())),
            spares_scope=rule.get("scope", False),
            sees_names=rule.get("named", False),
        )
        for rule in ({"topic": "human", "reason": "human", **data["human"]}, *data["rules"])
    ]
    return Outside(
        courtesies={
            reason: (re.compile(rf"(?:(?:{data[reason]['alone']}) )+"), data[reason]["reply"]) for reason in _ALONE
        },
        rules=tuple(rules),
        scope=re.compile(data["scope"]),
        first_names=re.compile(rf"\b{_NAME_BEFORE}(?:{names})\b|(?:^|[.,!?:] ?)(?:{names}){_NAME_AFTER}"),
        unknown=data["unknown"]["reply"],
        examples=(*(text for rule in data["rules"] for text in rule["examples"]), *data["smalltalk"], *elsewhere),
    )


@cache
def own_outside() -> Outside:
    """The rules of the package, read once."""
    lines = _ELSEWHERE_FILE.read_text(encoding="utf-8").splitlines()
    data = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return read_outside(data, (line for line in lines if not line.startswith("#")))
