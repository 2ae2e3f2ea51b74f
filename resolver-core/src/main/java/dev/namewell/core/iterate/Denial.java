package dev.namewell.core.iterate;

import dev.namewell.core.dns.Rrset;
import java.util.List;

/**
 * A negative response (RFC 2308 §2).
 *
 * @param rcode NXDOMAIN, or NOERROR for NODATA
 * @param ttlSeconds the lesser of the SOA's TTL and its MINIMUM (RFC 2308 §5)
 * @param authority SOA, NSEC and NSEC3
 */
record Denial(int rcode, int ttlSeconds, List<Rrset> authority) {}
