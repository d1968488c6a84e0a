"""How a message begins, in the language of its reader. Pure."""

_NAMED = {"en": "Dear {name},", "fa": "{name} گرامی،", "lt": "Laba diena, {name},"}
_UNNAMED = {"en": "Hello,", "fa": "با سلام،", "lt": "Laba diena,"}


def greeting(name: str, language: str) -> str:
    """Return the first line; without a name where we know none."""
    if name:
        return _NAMED.get(language, _NAMED["en"]).format(name=name)
    return _UNNAMED.get(language, _UNNAMED["en"])
