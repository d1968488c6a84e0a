"""The customer in view: everything a customer's page shows, in four questions to the database."""

from web.reads.customer_view.line import Line
from web.reads.customer_view.reader import Reader
from web.reads.customer_view.view import CustomerView, Older, customer_view, older

__all__ = ["CustomerView", "Line", "Older", "Reader", "customer_view", "older"]
