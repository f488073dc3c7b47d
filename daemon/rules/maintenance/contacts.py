"""Who is told of what concerns a product: the customers that have it, and whom of them (R11.1, R11.2, S3.4)."""

from collections.abc import Iterator

from daemon.model.people import Customer, Directory, Mpoc, Role


def customers_with(products: tuple[str, ...], directory: Directory) -> tuple[Customer, ...]:
    """Return the customers who have one of these products; none of them is what no customer has.

    A customer whose file lists no products has every product.
    """
    wanted = frozenset(products)
    return tuple(
        customer
        for customer in directory.customers
        if wanted and (not customer.products or not wanted.isdisjoint(customer.products))
    )


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


def addresses_of(products: tuple[str, ...], directory: Directory) -> tuple[str, ...]:
    """Return every address that may have to be told: those of which one asks whether their mail bounces."""
    return tuple(mpoc.email for customer in customers_with(products, directory) for mpoc in customer.mpocs)


def _groups(customer: Customer) -> Iterator[tuple[Mpoc, ...]]:
    for role in (Role.MAINTENANCE, Role.PRIMARY, Role.CASE):
        yield customer.with_role(role)
    yield customer.mpocs
