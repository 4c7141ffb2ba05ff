"""Open data of awarded public contracts (DECP): files of any size as contracts, with what was wrong in them.

It tells that a contract has a social clause, never how many hours: a lead for the facilitateur, not a commitment.
Format: github.com/139bercy/format-commande-publique, schema 2.0.3 (contracts notified since 2024-01-01) and its
forerunner of 2019, which says nothing of social considerations. Published files bend both, so nothing is refused on the
schema: a field that cannot be understood is reported and left out, and the contract is kept.
"""

from core.decp.contract import Awardee as Awardee
from core.decp.contract import DecpContract as DecpContract
from core.decp.contract import DecpProblem as DecpProblem
from core.decp.contract import Modification as Modification
from core.decp.contract import bought_by as bought_by
from core.decp.contract import latest as latest
from core.decp.contract import notified_since as notified_since
from core.decp.reading import read_decp as read_decp
