"""The one blueprint of the studio; its modules add their routes to it."""

from flask import Blueprint

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
