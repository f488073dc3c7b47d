"""Who writes in the bench: a few contacts of each of many customers.  Imports nothing: the peers' programs read it."""

CUSTOMERS = 40
CONTACTS_A_CUSTOMER = 5
CONTACTS = CUSTOMERS * CONTACTS_A_CUSTOMER


def customer(number: int) -> str:
    """Return the id of the customer that a contact or a case with this number, from 0, is of."""
    return f"customer{number % CUSTOMERS}"


def address(number: int) -> str:
    """Return the address of the contact that a case with this number is of: all in turn, over and over."""
    return f"contact{number // CUSTOMERS % CONTACTS_A_CUSTOMER}@{customer(number)}.example"
