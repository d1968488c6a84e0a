"""One offer for one person, or nothing: what fits, whether it earns its contact, what it says.

Whether an offer may be made stands in the table D-14, who looks at a message in `personal_glance`.
"""
