"""Words that many subjects use: the channels to a customer and the purposes of a contact."""

CHANNELS = ("email", "phone", "sms", "post", "portal", "chat", "social", "visit")

# highest first: an essential service message goes before everything else
PURPOSES = (
    "service_essential",
    "case_handling",
    "service_recovery",
    "service_response",
    "survey",
    "relationship",
    "marketing",
)
