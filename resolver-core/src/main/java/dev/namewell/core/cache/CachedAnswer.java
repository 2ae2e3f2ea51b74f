package dev.namewell.core.cache;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.wire.Octets;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept for one question: an answer in wire form, or the failure to find one. It is its own
 * key, so that a look-up touches one object and one array.
 */
public final class CachedAnswer {
  private static final int HEADER = 12;

  /** Octets of the message, then its TTL offsets, 16 bits each. */
  private final byte[] packed;

  private final int wireLength;
  private final int nameLength;
  private final int hash;
  private final int bits;
  private final int ttlSeconds;
  private final long storedNanos;
  private final @Nullable Trouble trouble;
  private final @Nullable ExtendedError note;

  /** Uses since it was stored. Written without synchronization: a lost count does no harm. */
  private int uses;

  /** Until then the answer, fresh or stale, is used without asking again; written by leaders. */
  private volatile long retryNanos;

  /**
   * Why there is no answer.
   *
   * @param inRow failures without an answer in between
   */
  record Trouble(ExtendedError error, int inRow) {}

  /** What an entry has beyond its message: a failure the one, an answer perhaps the other. */
  private record Beside(@Nullable Trouble trouble, @Nullable ExtendedError note) {}

  private CachedAnswer(
      Question question, ReplyWriter.Image image, int ttlSeconds, long storedNanos, Beside beside) {
    this.packed = image.packed();
    this.wireLength = image.wireLength();
    this.nameLength = question.name().length();
    this.hash = Query.hash(question);
    this.bits = bits(question.dnssecOk(), question.checkingDisabled());
    this.ttlSeconds = ttlSeconds;
    this.storedNanos = storedNanos;
    this.retryNanos = storedNanos;
    this.trouble = beside.trouble();
    this.note = beside.note();
  }

  /**
   * @param note what clients are told beside it
   */
  static CachedAnswer answer(
      Question question,
      ReplyWriter.Image image,
      int ttlSeconds,
      long storedNanos,
      @Nullable ExtendedError note) {
    return new CachedAnswer(question, image, ttlSeconds, storedNanos, new Beside(null, note));
  }

  static CachedAnswer failure(
      Question question, Trouble trouble, int ttlSeconds, long storedNanos) {
    byte[] message = new byte[HEADER + question.name().length() + 4];
    int at = question.name().copyTo(message, HEADER);
    Octets.put16(message, at, question.type());
    Octets.put16(message, at + 2, question.recordClass());
    ReplyWriter.Image image = new ReplyWriter.Image(message, message.length);
    return new CachedAnswer(question, image, ttlSeconds, storedNanos, new Beside(trouble, null));
  }

  private static int bits(boolean dnssecOk, boolean checkingDisabled) {
    return (dnssecOk ? 2 : 0) | (checkingDisabled ? 1 : 0);
  }

  boolean matches(Query query) {
    return bits == bits(query.dnssecOk(), query.checkingDisabled())
        && nameLength == query.nameLength()
        && Octets.u16(packed, HEADER + nameLength) == query.type()
        && Octets.u16(packed, HEADER + nameLength + 2) == query.recordClass()
        && Arrays.equals(packed, HEADER, HEADER + nameLength, query.lowerCaseName(), 0, nameLength);
  }

  /** The question it answers: allocates. */
  public Question question() {
    return new Question(
        DnsName.fromWire(packed, HEADER, nameLength),
        Octets.u16(packed, HEADER + nameLength),
        Octets.u16(packed, HEADER + nameLength + 2),
        dnssecOk(),
        checkingDisabled());
  }

  public boolean dnssecOk() {
    return (bits & 2) != 0;
  }

  public boolean checkingDisabled() {
    return (bits & 1) != 0;
  }

  /** Message and TTL offsets as {@code ReplyWriter.answer} takes them; never changed. */
  public byte[] packed() {
    return packed;
  }

  public int wireLength() {
    return wireLength;
  }

  public ReplyWriter.Image image() {
    return new ReplyWriter.Image(packed, wireLength);
  }

  public int rcode() {
    return packed[3] & 0x0f;
  }

  /** Seconds for which it is fresh, counted from {@link #storedNanos}. */
  public int ttlSeconds() {
    return ttlSeconds;
  }

  public long storedNanos() {
    return storedNanos;
  }

  public int ageSeconds(long nanos) {
    return (int) ((nanos - storedNanos) / 1_000_000_000L);
  }

  /** Why there is no answer; null if there is one. */
  public @Nullable ExtendedError failure() {
    return trouble == null ? null : trouble.error();
  }

  /** What clients are told beside an answer, such as why it is not secure; null for nothing. */
  public @Nullable ExtendedError note() {
    return note;
  }

  /** Failures in a row; 0 for an answer. */
  int failures() {
    return trouble == null ? 0 : trouble.inRow();
  }

  /** Counts a use; returns the number of uses so far. */
  public int use() {
    return ++uses;
  }

  /** True while a failed refresh is so recent that the next one has to wait (RFC 9520 §3.2). */
  public boolean refreshFailedLately(long nanos) {
    return retryNanos - nanos > 0;
  }

  /** A refresh has failed: do not try again before {@code nanos}. */
  public void retryAfter(long nanos) {
    retryNanos = nanos;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CachedAnswer that
        && hash == that.hash
        && bits == that.bits
        && nameLength == that.nameLength
        && Arrays.equals(
            packed,
            HEADER,
            HEADER + nameLength + 4,
            that.packed,
            HEADER,
            HEADER + that.nameLength + 4);
  }
}
