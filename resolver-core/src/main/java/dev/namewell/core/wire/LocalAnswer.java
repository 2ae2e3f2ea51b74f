package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rcode;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer made here. Its records stand for any question: owner names are either QNAME, as a
 * pointer to it, or written out.
 *
 * @param records answer section, then authority section
 */
public record LocalAnswer(
    int rcode,
    byte[] records,
    int answers,
    int authorities,
    boolean authoritative,
    @Nullable ExtendedError error) {

  /** Adds records one by one. */
  public static final class Builder {
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private int answers;
    private int authorities;

    /** A record owned by QNAME in the answer section. */
    public Builder answer(int type, int recordClass, int ttlSeconds, byte[] rdata) {
      answers++;
      return record(new byte[] {(byte) 0xc0, Query.HEADER}, type, recordClass, ttlSeconds, rdata);
    }

    /** A record in the authority section. */
    public Builder authority(
        DnsName owner, int type, int recordClass, int ttlSeconds, byte[] rdata) {
      authorities++;
      return record(owner.wire(), type, recordClass, ttlSeconds, rdata);
    }

    private Builder record(byte[] owner, int type, int recordClass, int ttl, byte[] rdata) {
      byte[] fixed = new byte[10];
      Octets.put16(fixed, 0, type);
      Octets.put16(fixed, 2, recordClass);
      Octets.put32(fixed, 4, ttl);
      Octets.put16(fixed, 8, rdata.length);
      records.writeBytes(owner);
      records.writeBytes(fixed);
      records.writeBytes(rdata);
      return this;
    }

    public LocalAnswer build(int rcode) {
      return new LocalAnswer(rcode, records.toByteArray(), answers, authorities, true, null);
    }
  }

  /** NOERROR or NXDOMAIN without any record. */
  public static LocalAnswer refused(ExtendedError error) {
    return new LocalAnswer(Rcode.REFUSED, new byte[0], 0, 0, false, error);
  }
}
