package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import java.util.List;

/**
 * An answer made from remembered records of a zone (RFC 8198 §5), with everything that proves it.
 *
 * @param zone apex of that zone
 * @param rcode NOERROR or NXDOMAIN
 * @param answer made from a wildcard; empty if there is nothing
 */
public record Synthesised(DnsName zone, int rcode, List<Rrset> answer, List<Rrset> authority) {}
