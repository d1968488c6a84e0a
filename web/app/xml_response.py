"""A drawing as it is sent to a browser or a client: in UTF-8, as its Content-Type says."""

from flask import Response
from lxml import etree

from web.app import user_content

PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def answer(content: bytes) -> Response:
    """Return a file byte for byte, or in UTF-8 if a tool wrote it in UTF-16 or a code page."""
    response = Response(_utf8(content), mimetype="text/xml")
    # A drawing may hold a script for whoever opens it as a page: it is a download without rights.
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Content-Security-Policy"] = user_content.SANDBOX
    return response


def _utf8(content: bytes) -> bytes:
    tree = etree.fromstring(content, etree.XMLParser(**PARSER)).getroottree()
    if (tree.docinfo.encoding or "UTF-8").upper() in {"UTF-8", "US-ASCII", "ASCII"}:
        return content
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return written
