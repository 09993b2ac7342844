package blog

import "net/netip"

// Visitor is who a request comes from, as limits count them: an IPv4 address, or
// the /64 that one subscriber of IPv6 has. The address is that of a request or a
// connection, with its port; what is none counts as one visitor, the zero Prefix.
func Visitor(address string) netip.Prefix {
	from, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Prefix{}
	}
	addr := from.Addr().Unmap().WithZone("")
	// An address has that many bits.
	network, _ := addr.Prefix(min(addr.BitLen(), 64))
	return network
}
