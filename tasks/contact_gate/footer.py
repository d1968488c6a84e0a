"""What stands below each message to a customer: how to answer it, to end it, to complain.

The house adds it as a message leaves the gate, so no template can go without. Calls and visits have
none: their text is for the colleague who speaks. Pure.
"""

from collections.abc import Mapping
from typing import Final

from tasks.templates.rendering import LINK, links_in

PREFERENCES: Final = "preferences"
REACTIONS: Final = ("useful", "not_useful", "not_understood")  # of the event message.reacted
# links the house fills in by itself: a template may ask for them, and mints nothing by it
HOUSE: Final = ("unsubscribe", "complaint", *REACTIONS)

_SPOKEN = {"phone", "visit"}
_SHORT = {"sms", "chat", "social"}
_PAPER = "post"
_OFFERS = "marketing"

_LINES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "asked": "Was this message useful to you?",
        "useful": "Useful: {link}",
        "not_useful": "Not useful: {link}",
        "not_understood": "I do not understand it: {link}",
        "preferences": "Choose what we write to you: {link}",
        "unsubscribe": "No more offers on this channel: {link}",
        "complaint": "Something is not right? Tell us: {link}",
        "unsubscribe.short": "No more offers: {link}",
        "complaint.short": "Not right? {link}",
        "unsubscribe.paper": "No more offers by post? Write to {email}",
        "complaint.paper": "Something is not right? Tell us: {link} or {email}",
    },
    "fa": {
        "asked": "آیا این پیام برای شما مفید بود؟",
        "useful": "مفید بود: {link}",
        "not_useful": "مفید نبود: {link}",
        "not_understood": "متوجه نشدم: {link}",
        "preferences": "انتخاب کنید چه پیام‌هایی برایتان بفرستیم: {link}",
        "unsubscribe": "دیگر از این کانال پیشنهادی نمی‌خواهم: {link}",
        "complaint": "چیزی درست نیست؟ به ما بگویید: {link}",
        "unsubscribe.short": "لغو پیشنهادها: {link}",
        "complaint.short": "درست نیست؟ {link}",
        "unsubscribe.paper": "دیگر پیشنهادی با پست نمی‌خواهید؟ به این نشانی بنویسید: {email}",
        "complaint.paper": "چیزی درست نیست؟ به ما بگویید: {link} یا {email}",
    },
    "lt": {
        "asked": "Ar ši žinutė Jums buvo naudinga?",
        "useful": "Naudinga: {link}",
        "not_useful": "Nenaudinga: {link}",
        "not_understood": "Nesuprantu: {link}",
        "preferences": "Pasirinkite, ką Jums rašyti: {link}",
        "unsubscribe": "Nebenoriu pasiūlymų šiuo kanalu: {link}",
        "complaint": "Kas nors ne taip? Parašykite mums: {link}",
        "unsubscribe.short": "Nebenoriu pasiūlymų: {link}",
        "complaint.short": "Kas nors ne taip? {link}",
        "unsubscribe.paper": "Nebenorite pasiūlymų paštu? Rašykite {email}",
        "complaint.paper": "Kas nors ne taip? Parašykite mums: {link} arba {email}",
    },
}


def with_footer(body: str, *, channel: str, purpose: str, language: str, known: bool) -> str:
    """Return the text of a template with what stands below it.

    Offers say how to judge them, to choose and to end them; every message leads to the complaint
    form. ``known`` tells whether the receiver is a customer, for whom there is a preference page.
    Links are fields that are filled in as the message leaves. A link that the text has already is
    not given twice.
    """
    words = _LINES.get(language, _LINES["en"])
    here = set(links_in(body))
    lines = [
        words[line].format(link=f"{{{{{LINK}{_kind(line)}}}}}", email="{{company.email}}")
        for line in _lines(channel, purpose, known=known)
        if _kind(line) not in here
    ]
    if not lines:
        return body
    between = "\n" if channel in _SHORT else "\n\n--\n"
    return body.rstrip() + between + "\n".join(lines) + "\n"


def _lines(channel: str, purpose: str, *, known: bool) -> list[str]:
    """Return the lines for a channel and a purpose, by their keys."""
    if channel in _SPOKEN:
        return []
    if channel in _SHORT or channel == _PAPER:
        form = ".paper" if channel == _PAPER else ".short"
        ways = ["unsubscribe", "complaint"] if purpose == _OFFERS else ["complaint"]
        return [way + form for way in ways]
    judged = ["asked", *REACTIONS] if purpose == _OFFERS else []
    chosen = [PREFERENCES] if known and purpose == _OFFERS else []
    ended = ["unsubscribe"] if purpose == _OFFERS else []
    return [*judged, *chosen, *ended, "complaint"]


def _kind(line: str) -> str:
    return line.partition(".")[0]
