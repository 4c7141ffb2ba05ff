"""A purchase that a buyer prepares: what is known of it, the law, the lever, the hours, the clause, what to do when.

General advice, without the register: every answer is a proposal, that the facilitateur may be asked to review.
"""
