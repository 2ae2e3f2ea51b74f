package dev.namewell.core.dns;

import org.jspecify.annotations.Nullable;

/**
 * An answer in wire form, ready to be patched into replies.
 *
 * @param message the whole message: ID 0, one question in lower case, no OPT record; compressed
 *     names point backward only. Never changed after construction.
 * @param ttlOffsets where each record's TTL field stands in {@code message}, ascending
 * @param ttlSeconds for how long the answer may be used: the least TTL of its records, for negative
 *     answers as RFC 2308 §5 says; not yet capped by configuration
 * @param security status after validation
 * @param note what a client may be told beside it, such as why it is not secure; null for nothing
 */
public record Answer(
    byte[] message,
    int[] ttlOffsets,
    int ttlSeconds,
    Security security,
    @Nullable ExtendedError note)
    implements Outcome {

  /** Security status of data (RFC 4035 §4.3). Without validation everything is INDETERMINATE. */
  public enum Security {
    SECURE,
    INSECURE,
    BOGUS,
    INDETERMINATE
  }

  /**
   * What it comes down to; its text is for people: {@code NXDOMAIN} or {@code NOERROR, 2 records}.
   *
   * @param records in the answer section
   */
  public record Gist(int rcode, int records) {
    @Override
    public String toString() {
      if (records == 0) {
        return rcode == Rcode.NOERROR ? "NODATA" : Rcode.mnemonic(rcode);
      }
      return Rcode.mnemonic(rcode) + ", " + records + (records == 1 ? " record" : " records");
    }
  }

  public Gist gist() {
    return new Gist(rcode(), answerCount());
  }

  /** The same with something to tell. */
  public Answer withNote(@Nullable ExtendedError told) {
    return new Answer(message, ttlOffsets, ttlSeconds, security, told);
  }

  public int rcode() {
    return message[3] & 0x0f;
  }

  /** Records in the answer section. */
  public int answerCount() {
    return (message[6] & 0xff) << 8 | (message[7] & 0xff);
  }

  /** Records in the authority section. */
  public int authorityCount() {
    return (message[8] & 0xff) << 8 | (message[9] & 0xff);
  }

  /** True for NXDOMAIN and NODATA (RFC 2308 §2): no records, or a SOA behind them. */
  public boolean isNegative() {
    if (rcode() == Rcode.NXDOMAIN || ttlOffsets.length == 0) {
      return true;
    }
    for (int i = answerCount(); i < ttlOffsets.length; i++) {
      int type = (message[ttlOffsets[i] - 4] & 0xff) << 8 | (message[ttlOffsets[i] - 3] & 0xff);
      if (type == RecordType.SOA) {
        return true;
      }
    }
    return false;
  }
}
