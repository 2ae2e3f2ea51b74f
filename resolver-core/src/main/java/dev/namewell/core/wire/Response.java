package dev.namewell.core.wire;

import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param additional records of the additional section, OPT left out
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
    List<ResponseRecord> additional,
    Optional<ServerEdns> edns,
    boolean strayPointers)
    implements ParsedResponse {
  /** Records of one RRset that are accepted; what has more is an attempt to make us work. */
  public static final int MAX_RECORDS = 256;

  /** Signatures of one RRset that are read; nobody signs with more algorithms and keys. */
  static final int MAX_SIGNATURES = 8;

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

  /**
   * Makes the question's name lower case in the message: names in rdata may point there, and its
   * letters were mixed by us.
   */
  public void foldQuestion() {
    if (questionName != null) {
      Ascii.lower(message, Query.HEADER, questionName.length());
    }
  }

  /** The name in a CNAME, DNAME, NS or PTR record of this response. */
  public DnsName target(ResponseRecord record) {
    WireNames names = new WireNames(message, message.length);
    if (names.read(record.rdata()) < 0) {
      throw new IllegalArgumentException("no name in " + RecordType.mnemonic(record.type()));
    }
    return names.name();
  }

  /**
   * Gathers an RRset of one section: its records without those that come twice, and their
   * signatures. Reading ends one record beyond {@link #MAX_RECORDS}.
   *
   * @return null if the section has no such record
   */
  public @Nullable Rrset rrset(
      List<ResponseRecord> section, DnsName owner, int type, int recordClass) {
    List<byte[]> rdatas = List.of();
    List<byte[]> signatures = List.of();
    int ttl = Integer.MAX_VALUE;
    for (ResponseRecord record : section) {
      if (record.recordClass() != recordClass
          || (type == RecordType.RRSIG ? record.type() : record.coveredType(message)) != type
          || !record.owner().equals(owner)) {
        continue;
      }
      if (rdatas.isEmpty() && signatures.isEmpty()) {
        rdatas = new ArrayList<>(2);
        signatures = new ArrayList<>(2);
      }
      boolean signature = record.type() != type;
      List<byte[]> kept = signature ? signatures : rdatas;
      if (kept.size() < (signature ? MAX_SIGNATURES : MAX_RECORDS + 1)) {
        byte[] rdata = rdata(record);
        if (!contains(kept, rdata)) {
          kept.add(rdata);
          ttl = Math.min(ttl, record.ttlSeconds());
        }
      }
    }
    return rdatas.isEmpty() ? null : new Rrset(owner, type, recordClass, ttl, rdatas, signatures);
  }

  private static boolean contains(List<byte[]> rdatas, byte[] rdata) {
    for (byte[] each : rdatas) {
      if (Arrays.equals(each, rdata)) {
        return true;
      }
    }
    return false;
  }

  /** The least TTL, in seconds, of records without their signatures; -1 if there are none. */
  public int ttlSeconds(List<ResponseRecord> section, DnsName owner, int type) {
    int ttl = -1;
    for (ResponseRecord record : section) {
      if (record.type() == type
          && record.recordClass() == questionClass()
          && record.owner().equals(owner)) {
        ttl = ttl < 0 ? record.ttlSeconds() : Math.min(ttl, record.ttlSeconds());
      }
    }
    return ttl;
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
