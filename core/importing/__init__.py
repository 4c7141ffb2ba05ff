"""What comes into the register from files: the facilitateur's table of contracts, and open data of awarded contracts.

The table is his word, taken whole or not at all. Open data is only a lead: it says that a clause exists, never how
many hours, so it never overwrites what he gave. Neither ever deletes.
"""

from core.importing.contracts import ContractsImported as ContractsImported
from core.importing.contracts import import_contracts as import_contracts
from core.importing.open_data import DecpImported as DecpImported
from core.importing.open_data import import_decp as import_decp
from core.importing.partners import PartnersImported as PartnersImported
from core.importing.partners import import_partners as import_partners
from core.importing.partners import write_partners_template as write_partners_template
