package dev.namewell.core.cache;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.settings.CacheSettings;
import java.time.Duration;

/**
 * What the age of a cached answer means. The one place that knows about TTL bounds, prefetch and
 * stale answers. Immutable.
 */
public final class Freshness {
  /** State of a cached answer. */
  public enum State {
    FRESH,
    /** Fresh, in the last tenth of its life and worth refreshing. */
    NEARLY_EXPIRED,
    /** Expired, to be used only when nothing better can be had (RFC 8767). */
    STALE,
    GONE
  }

  private static final long SECOND = 1_000_000_000L;

  private final int minTtl;
  private final int maxTtl;
  private final int maxNegativeTtl;
  private final long maxStaleNanos;
  private final boolean prefetch;

  public Freshness(CacheSettings settings) {
    minTtl = (int) settings.minTtl().toSeconds();
    maxTtl = (int) settings.maxTtl().toSeconds();
    maxNegativeTtl = (int) settings.maxNegativeTtl().toSeconds();
    maxStaleNanos =
        settings.stale().map(CacheSettings.Stale::maxAge).map(Duration::toNanos).orElse(0L);
    prefetch = settings.prefetch();
  }

  /**
   * Judges an answer for somebody who asks for it, which makes twice: nearly expired is what should
   * be prefetched.
   *
   * @param nanos as {@code Time.nanos}
   */
  public State of(CachedAnswer answer, long nanos) {
    long age = nanos - answer.storedNanos();
    long life = answer.ttlSeconds() * SECOND;
    if (age < life) {
      boolean lastTenth = age >= life - life / 10;
      return lastTenth && prefetch && answer.failure() == null ? State.NEARLY_EXPIRED : State.FRESH;
    }
    return answer.failure() == null && age - life < maxStaleNanos ? State.STALE : State.GONE;
  }

  /**
   * The TTL of one of an answer's records within the configured bounds, in seconds. What is proved
   * is not prolonged (RFC 4035 §5.3.3).
   */
  int boundedTtl(Answer answer, int ttlSeconds) {
    int least = answer.security() == Security.SECURE ? 0 : minTtl;
    return Math.min(maxTtl, Math.max(least, ttlSeconds));
  }

  /** A whole answer's TTL within the configured bounds, in seconds. */
  int boundedTtl(Answer answer) {
    int bounded = boundedTtl(answer, answer.ttlSeconds());
    return answer.isNegative() ? Math.min(maxNegativeTtl, bounded) : bounded;
  }
}
