package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;

/**
 * Where one record stands in a response.
 *
 * @param ttlSeconds 0 where the TTL's highest bit is set (RFC 2181 §8)
 * @param start offset of its owner name
 * @param ttlOffset offset of its TTL field
 * @param end offset behind its rdata
 */
public record ResponseRecord(
    DnsName owner, int type, int recordClass, int ttlSeconds, int start, int ttlOffset, int end) {

  /** Offset of its rdata. */
  public int rdata() {
    return ttlOffset + 6;
  }

  /** For an RRSIG the type that it signs, else the type itself. */
  public int coveredType(byte[] message) {
    return type == RecordType.RRSIG && end - rdata() >= 2
        ? (message[rdata()] & 0xff) << 8 | (message[rdata() + 1] & 0xff)
        : type;
  }
}
