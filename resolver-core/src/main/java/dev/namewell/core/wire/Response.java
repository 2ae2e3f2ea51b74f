package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server's response, read strictly once.
 *
 * @param message its octets
 * @param flags second word of the header
 * @param rcode with the upper bits of OPT, if any
 * @param questionName QNAME in lower case; null if the question section is empty
 * @param questionEnd offset behind the question
 * @param answer records of the answer section
 * @param authority records of the authority section
 * @param edns the OPT record, if any
 * @param strayPointers true if a compressed name refers to something that is no name: its octets
 *     must not be passed on
 */
public record Response(
    byte[] message,
    int flags,
    int rcode,
    @Nullable DnsName questionName,
    int questionType,
    int questionClass,
    int questionEnd,
    List<ResponseRecord> answer,
    List<ResponseRecord> authority,
    Optional<ServerEdns> edns,
    boolean strayPointers)
    implements ParsedResponse {

  /**
   * The server's OPT record.
   *
   * @param cookie octets of the COOKIE option, empty if there was none
   * @param errors Extended DNS Errors, at most three
   * @param tcpKeepalive idle timeout offered in units of 100 ms (RFC 7828), -1 if none
   */
  public record ServerEdns(
      int udpPayloadSize, byte[] cookie, List<ExtendedError> errors, int tcpKeepalive) {}

  public boolean isTruncated() {
    return (flags & Flags.TC) != 0;
  }

  public boolean isAuthoritative() {
    return (flags & Flags.AA) != 0;
  }

  public boolean recursionAvailable() {
    return (flags & Flags.RA) != 0;
  }

  /** The name in a CNAME, DNAME, NS or PTR record of this response. */
  public DnsName target(ResponseRecord record) {
    WireNames names = new WireNames(message, message.length);
    if (names.read(record.rdata()) < 0) {
      throw new IllegalArgumentException("no name in " + RecordType.mnemonic(record.type()));
    }
    return names.name();
  }

  /** MINIMUM of a SOA record of this response, in seconds (RFC 2308 §4). */
  public int soaMinimum(ResponseRecord soa) {
    long minimum = Octets.u32(message, soa.end() - 4);
    return minimum > Integer.MAX_VALUE ? 0 : (int) minimum;
  }

  /** Rdata with every compressed name expanded. */
  public byte[] rdata(ResponseRecord record) {
    return RdataNames.expand(message, record);
  }
}
