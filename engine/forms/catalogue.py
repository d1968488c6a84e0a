"""Every component of form-js and what it is to us: an input, a container or a display."""

INPUTS = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "checkbox",
        "radio",
        "select",
        "checklist",
        "taglist",
        "datetime",
        "expression",
    }
)
CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
SEVERAL = frozenset({"checklist", "taglist"})
CONTAINERS = frozenset({"group", "dynamiclist"})
DISPLAYS = frozenset(
    {
        "text",
        "html",
        "image",
        "table",
        "iframe",
        "documentPreview",
        "spacer",
        "separator",
        "button",
    }
)
# Known, but nothing here stores what it would send: refused by name rather than ignored.
NOT_SUPPORTED = frozenset({"filepicker"})
KINDS = INPUTS | CONTAINERS | DISPLAYS

MAX_COMPONENTS = 500
MAX_NESTING = 8
MAX_ROWS = 1_000
