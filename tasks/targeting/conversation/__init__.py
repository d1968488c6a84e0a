"""One conversation of a customer over all channels: matched, answered, cleared up.

Whether something is a reply, who answers and what follows from it stand in the tables
`conversation_reply`, `conversation_route` and `conversation_follow_up`.
"""
