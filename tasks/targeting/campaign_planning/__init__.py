"""What campaign planning computes and does by itself.

Nothing here decides where the process goes: limits, approvals and the kill switch are judged in
the diagram and in table D-03. Money and shares are kept as minor units and shares; what goes into
forms is in the currency and in percent, as people write them.
"""
