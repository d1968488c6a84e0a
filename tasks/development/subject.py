"""What customer development adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.development.account_watch import accounts_fallen, contracts_ending
from tasks.development.key_account import (
    account_contacts,
    account_facts,
    keep_account_plan,
    keep_new_contacts,
    keep_review,
    keep_signal,
    review_pack,
)
from tasks.development.next_sale import (
    close_sale,
    count_products_together,
    next_sale_facts,
    note_sale,
    was_bought,
)
from tasks.development.owner_watch import customers_without_owner
from tasks.development.ownership import (
    make_owner,
    name_owner,
    ownership_facts,
    present_owner,
)
from tasks.development.segment_strategy import keep_segment_plan, segment_portfolio
from tasks.development.tailored_offer import (
    accept_offer,
    close_offer,
    open_offer,
    price_offer,
    seal_offer,
)

SUBJECT: Final = Subject(
    name="development",
    service_tasks=(
        accept_offer,
        account_contacts,
        account_facts,
        accounts_fallen,
        close_offer,
        close_sale,
        contracts_ending,
        count_products_together,
        customers_without_owner,
        keep_account_plan,
        keep_new_contacts,
        keep_review,
        keep_segment_plan,
        keep_signal,
        make_owner,
        name_owner,
        next_sale_facts,
        note_sale,
        open_offer,
        ownership_facts,
        present_owner,
        price_offer,
        review_pack,
        seal_offer,
        segment_portfolio,
        was_bought,
    ),
)
