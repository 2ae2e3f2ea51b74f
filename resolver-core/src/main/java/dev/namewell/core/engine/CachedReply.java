package dev.namewell.core.engine;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;

/** Writes what is cached as a reply. */
final class CachedReply {
  private static final ExtendedError STALE_ANSWER =
      new ExtendedError(ExtendedError.STALE_ANSWER, "");
  private static final ExtendedError STALE_NXDOMAIN =
      new ExtendedError(ExtendedError.STALE_NXDOMAIN, "");

  private CachedReply() {}

  /**
   * Writes an answer aged by {@code nanos}, a stale one, or the failure.
   *
   * @return length of the reply
   */
  static int write(
      ReplyWriter writer, Query query, CachedAnswer cached, int staleTtlSeconds, long nanos) {
    ExtendedError failure = cached.failure();
    if (failure != null) {
      return writer.error(query, Rcode.SERVFAIL, failure);
    }
    if (staleTtlSeconds >= 0) {
      ExtendedError error = cached.rcode() == Rcode.NXDOMAIN ? STALE_NXDOMAIN : STALE_ANSWER;
      return writer.stale(query, cached.image(), staleTtlSeconds, error);
    }
    return writer.answer(
        query, cached.packed(), cached.wireLength(), cached.ageSeconds(nanos), cached.note());
  }

  static int rcode(CachedAnswer cached) {
    return cached.failure() != null ? Rcode.SERVFAIL : cached.rcode();
  }

  static Source source(CachedAnswer cached) {
    return cached.failure() != null ? Source.FAILURE : Source.CACHE;
  }
}
