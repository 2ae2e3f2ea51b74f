package dev.namewell.core.cache;

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

  /** Uses that make an answer worth a prefetch: asked again since it was stored. */
  private static final int PREFETCH_USES = 2;

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

  /** Judges an answer; {@code nanos} as {@code Time.nanos}. */
  public State of(CachedAnswer answer, long nanos) {
    long age = nanos - answer.storedNanos();
    long life = answer.ttlSeconds() * SECOND;
    if (age < life) {
      boolean lastTenth = age >= life - life / 10;
      return lastTenth && prefetch && answer.uses() >= PREFETCH_USES && answer.failure() == null
          ? State.NEARLY_EXPIRED
          : State.FRESH;
    }
    return answer.failure() == null && age - life < maxStaleNanos ? State.STALE : State.GONE;
  }

  /** A record's TTL within the configured bounds, in seconds. */
  int boundedTtl(int ttlSeconds) {
    return Math.min(maxTtl, Math.max(minTtl, ttlSeconds));
  }

  /** A whole answer's TTL within the configured bounds, in seconds. */
  int boundedTtl(int ttlSeconds, boolean negative) {
    int bounded = boundedTtl(ttlSeconds);
    return negative ? Math.min(maxNegativeTtl, bounded) : bounded;
  }
}
