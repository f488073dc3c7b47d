"""Who is told of what concerns a product: the customers that have it, and whom of them (R11.1, R11.2, S3.4)."""

from collections.abc import Iterator

from daemon.model.people import Customer, Directory, Mpoc, Role


def customers_with(products: tuple[str, ...], directory: Directory) -> tuple[Customer, ...]:
    """Return the customers who have one of these products; none of them is what no customer has.

    A customer whose file lists no products has every product.
    """
    wanted = frozenset(products)
    return tuple(customer for customer in directory.customers if _has_one(customer, wanted))


def contacts_of(customer: Customer, bounced: frozenset[str]) -> tuple[Mpoc, ...]:
    """Return whom of a customer to tell of maintenance: its maintenance contacts, else the primary, else others.

    S3.4: addresses whose mail bounces are left out where anybody else can be told; where nobody can, they are tried.
    """
    groups = tuple(filter(None, _groups(customer)))
    for group in groups:
        reached = tuple(mpoc for mpoc in group if mpoc.email not in bounced)
        if reached:
            return reached
    return groups[0] if groups else ()


def contacts_with(products: tuple[str, ...], directory: Directory, bounced: frozenset[str]) -> Iterator[Mpoc]:
    """Give whom to tell of what concerns these products."""
    for customer in customers_with(products, directory):
        yield from contacts_of(customer, bounced)


def concerned(address: str, products: tuple[str, ...], directory: Directory) -> bool:
    """Tell whether these products are of the customer whose address this is; of nobody we know, they may be."""
    listed = directory.mpoc(address)
    customer = listed[0] if listed else directory.customer_of_domain(address.rpartition("@")[2])
    return customer is None or _has_one(customer, frozenset(products))


def addresses_of(products: tuple[str, ...], directory: Directory) -> tuple[str, ...]:
    """Return every address that may have to be told: those of which one asks whether their mail bounces."""
    return tuple(mpoc.email for customer in customers_with(products, directory) for mpoc in customer.mpocs)


def _has_one(customer: Customer, products: frozenset[str]) -> bool:
    return bool(products) and (not customer.products or not products.isdisjoint(customer.products))


def _groups(customer: Customer) -> Iterator[tuple[Mpoc, ...]]:
    for role in (Role.MAINTENANCE, Role.PRIMARY, Role.CASE):
        yield customer.with_role(role)
    yield customer.mpocs
