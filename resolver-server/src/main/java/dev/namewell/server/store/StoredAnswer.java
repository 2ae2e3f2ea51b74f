package dev.namewell.server.store;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;

/**
 * One answer on its way from the cache to disk or back. Only what is well-formed can be made.
 *
 * @param packed the message (ID 0, one question, no OPT), then the offsets of its TTLs, 16 bits
 *     each; never changed
 * @param wireLength octets of the message
 * @param dnssecOk DO of the question
 * @param checkingDisabled CD of the question
 * @param ttlSeconds for how long it was good when it came
 * @param ageMillis time since it came
 */
public record StoredAnswer(
    byte[] packed,
    int wireLength,
    boolean dnssecOk,
    boolean checkingDisabled,
    int ttlSeconds,
    long ageMillis) {
  private static final int HEADER = 12;
  private static final int MAX_MESSAGE = 0xffff;
  private static final int QDCOUNT = 4;
  private static final int TTL_OCTETS = 4;
  private static final int OFFSET_OCTETS = 2;
  private static final int TYPE_AND_CLASS = 4;

  /** Shortest record: root owner, type, class, TTL, no rdata (RFC 1035 §3.2.1). */
  private static final int MIN_RECORD = 11;

  /** Longest an entry can be: 64 KiB of message, all of it shortest records. */
  static final int MAX_PACKED = MAX_MESSAGE + MAX_MESSAGE / MIN_RECORD * OFFSET_OCTETS;

  /** A hundred years: whatever is older is a broken clock. */
  static final long MAX_AGE_MILLIS = 100L * 365 * 86_400_000;

  public StoredAnswer {
    check(wireLength <= MAX_MESSAGE && wireLength <= packed.length, "length of message");
    check(packed.length <= MAX_PACKED, "length of entry");
    check((packed.length - wireLength) % OFFSET_OCTETS == 0, "length of TTL offsets");
    check(ttlSeconds >= 0, "TTL");
    check(ageMillis >= 0 && ageMillis <= MAX_AGE_MILLIS, "age");
    int question = nameEnd(packed, wireLength);
    check(question > 0 && u16(packed, QDCOUNT) == 1, "question");
    int least = question + TYPE_AND_CLASS;
    for (int at = wireLength; at < packed.length; at += OFFSET_OCTETS) {
      int offset = u16(packed, at);
      check(offset >= least && offset + TTL_OCTETS <= wireLength, "TTL offset");
      least = offset + TTL_OCTETS;
    }
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new IllegalArgumentException("not a stored answer: wrong " + what);
    }
  }

  /** Offset behind QNAME; -1 if there is none, or no type and class behind it. */
  private static int nameEnd(byte[] packed, int wireLength) {
    int at = HEADER;
    while (at < wireLength && packed[at] != 0) {
      if (packed[at] < 0 || packed[at] > DnsName.MAX_LABEL_LENGTH) {
        return -1;
      }
      at += 1 + packed[at];
    }
    int end = at + 1;
    boolean whole = end - HEADER <= DnsName.MAX_LENGTH && end + TYPE_AND_CLASS <= wireLength;
    return whole ? end : -1;
  }

  private static int u16(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
  }

  /** The question it answers. */
  public Question question() {
    int end = nameEnd(packed, wireLength);
    return new Question(
        DnsName.fromWire(packed, HEADER, end - HEADER),
        u16(packed, end),
        u16(packed, end + 2),
        dnssecOk,
        checkingDisabled);
  }

  /** Milliseconds since it expired; negative while it is good. */
  public long expiredForMillis() {
    return ageMillis - ttlSeconds * 1000L;
  }

  /** The same some time later; ages are bounded. */
  StoredAnswer aged(long millis) {
    long age = Math.min(MAX_AGE_MILLIS, ageMillis + Math.clamp(millis, 0, MAX_AGE_MILLIS));
    return new StoredAnswer(packed, wireLength, dnssecOk, checkingDisabled, ttlSeconds, age);
  }
}
