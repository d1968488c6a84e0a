"""Which addresses a webhook may go to: public ones, also where an IPv4 address is inside."""

import pytest

from tasks.signed_http.post import PUBLIC, Reach, Unsafe


def reach(address: str) -> Reach:
    return Reach(
        schemes=PUBLIC.schemes, ports=PUBLIC.ports, private=False, resolver=lambda *_: [address]
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.1.1", "::1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "fec0::1",
        "fe80::1%eth0", "fd00::1", "ff02::1", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_e7_an_address_of_our_own_network_is_refused(address: str) -> None:
    with pytest.raises(Unsafe, match="not on the public network"):
        reach(address).check("https://example.org/hook")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_e7_a_public_address_is_taken(address: str) -> None:
    assert reach(address).check("https://example.org/hook")[3] == address
