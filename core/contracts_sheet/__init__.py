"""The contracts table of a facilitateur: what it means, line by line, and the model to fill in.

Reading stores nothing: when `problems` is not empty, the caller stores nothing either and shows them.
"""

from core.contracts_sheet.reading import read_contracts as read_contracts
from core.contracts_sheet.row import ContractRow as ContractRow
from core.contracts_sheet.row import ContractsSheet as ContractsSheet
from core.contracts_sheet.row import Problem as Problem
from core.contracts_sheet.template import write_template as write_template
