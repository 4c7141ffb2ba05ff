"""The whole table of who may do what by mail."""

from itertools import product

import pytest

from core.senders import Bearer, Standing, Verdict, standing_of

KNOWN, UNKNOWN = True, False
TABLE = {
    # whom the token went to, and says so themselves
    (Bearer.OWNER, Verdict.GENUINE, KNOWN): Standing.PROVEN,
    (Bearer.OWNER, Verdict.NONE, KNOWN): Standing.LIKELY,
    (Bearer.OWNER, Verdict.FORGED, KNOWN): Standing.DOUBTFUL,
    # a stranger who goes on in their own thread
    (Bearer.OWNER, Verdict.GENUINE, UNKNOWN): Standing.STRANGER,
    (Bearer.OWNER, Verdict.NONE, UNKNOWN): Standing.STRANGER,
    (Bearer.OWNER, Verdict.FORGED, UNKNOWN): Standing.FORGED,
    # another facilitateur of the territory, copied on a case
    (Bearer.COLLEAGUE, Verdict.GENUINE, KNOWN): Standing.PROVEN,
    (Bearer.COLLEAGUE, Verdict.NONE, KNOWN): Standing.DOUBTFUL,
    (Bearer.COLLEAGUE, Verdict.FORGED, KNOWN): Standing.DOUBTFUL,
    # a stolen token, or a letter that was forwarded: whoever it is, whatever their server says
    (Bearer.OTHER, Verdict.GENUINE, KNOWN): Standing.DOUBTFUL,
    (Bearer.OTHER, Verdict.NONE, KNOWN): Standing.DOUBTFUL,
    (Bearer.OTHER, Verdict.FORGED, KNOWN): Standing.DOUBTFUL,
    (Bearer.OTHER, Verdict.GENUINE, UNKNOWN): Standing.DOUBTFUL,
    (Bearer.OTHER, Verdict.NONE, UNKNOWN): Standing.DOUBTFUL,
    (Bearer.OTHER, Verdict.FORGED, UNKNOWN): Standing.DOUBTFUL,
    # no token, or one that is over
    (Bearer.NOBODY, Verdict.GENUINE, KNOWN): Standing.PROVEN,
    (Bearer.NOBODY, Verdict.NONE, KNOWN): Standing.DOUBTFUL,
    (Bearer.NOBODY, Verdict.FORGED, KNOWN): Standing.DOUBTFUL,
    (Bearer.NOBODY, Verdict.GENUINE, UNKNOWN): Standing.STRANGER,
    (Bearer.NOBODY, Verdict.NONE, UNKNOWN): Standing.STRANGER,
    (Bearer.NOBODY, Verdict.FORGED, UNKNOWN): Standing.FORGED,
}


@pytest.mark.parametrize(("bearer", "verdict", "is_known"), TABLE)
def test_what_a_mail_may_do(bearer: Bearer, verdict: Verdict, *, is_known: bool) -> None:
    assert standing_of(bearer, verdict, is_known=is_known) is TABLE[bearer, verdict, is_known]


def test_nobody_acts_without_the_trusted_server_and_no_case_is_left_out() -> None:
    for bearer, verdict, is_known in product(Bearer, Verdict, (KNOWN, UNKNOWN)):
        standing = standing_of(bearer, verdict, is_known=is_known)
        if standing is Standing.PROVEN:
            assert verdict is Verdict.GENUINE
            assert is_known
        if not is_known:
            assert standing not in {Standing.PROVEN, Standing.LIKELY}
    missing = set(product(Bearer, Verdict, (KNOWN, UNKNOWN))) - set(TABLE)
    assert missing == {(Bearer.COLLEAGUE, verdict, UNKNOWN) for verdict in Verdict}  # a colleague is known
