"""Who wrote a mail: what its token and the word of the trusted server allow. Every rule of the mailbox is here.

A pure decision, tested as a table. A token alone proves nothing, for letters are forwarded; neither does an address,
for anybody writes what they want in From. Both together, or an address that the trusted server found genuine, do.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """Whether the trusted server found the address of From genuine. NONE: nobody that we trust said anything."""

    GENUINE = "pass"
    FORGED = "fail"
    NONE = "none"


class Bearer(StrEnum):
    """Who bears the token, among those who might: nobody, whom the letter went to, a colleague, somebody else."""

    NOBODY = "nobody"
    OWNER = "owner"
    COLLEAGUE = "colleague"
    OTHER = "other"


class Standing(StrEnum):
    """What a mail may do.

    PROVEN acts as the person. LIKELY converses as the person, and confirms by a link what would be recorded. DOUBTFUL
    is held, and a link goes to the known address. STRANGER gets general answers, nothing about a contract. FORGED is
    held and not answered: the answer would reach somebody who wrote nothing.
    """

    PROVEN = "proven"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    STRANGER = "stranger"
    FORGED = "forged"


def standing_of(bearer: Bearer, verdict: Verdict, *, is_known: bool) -> Standing:
    """Decide. `is_known` says that the address of From is an active person's."""
    match bearer, verdict:
        case Bearer.OTHER, _:
            return Standing.DOUBTFUL
        case ((Bearer.OWNER | Bearer.NOBODY | Bearer.COLLEAGUE), _) if not is_known:
            return Standing.FORGED if verdict is Verdict.FORGED else Standing.STRANGER
        case _, Verdict.GENUINE:
            return Standing.PROVEN
        case Bearer.OWNER, Verdict.NONE:
            return Standing.LIKELY
        case _:
            return Standing.DOUBTFUL
