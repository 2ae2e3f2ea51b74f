package dev.namewell.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is remembered and for how long.
 *
 * @param sizeBytes upper bound of memory for answers
 * @param file where answers are kept over a restart
 * @param saveInterval time between two saves while running
 * @param stale serve-stale (RFC 8767); empty: off
 */
public record CacheSettings(
    long sizeBytes,
    Duration minTtl,
    Duration maxTtl,
    Duration maxNegativeTtl,
    Optional<Path> file,
    Duration saveInterval,
    Optional<Stale> stale,
    boolean prefetch) {
  /**
   * Serve-stale (RFC 8767 §5).
   *
   * @param maxAge how long after expiry an answer may still be used
   * @param answerTtl TTL in stale replies
   * @param clientWait how long a client waits for a fresh answer first
   */
  public record Stale(Duration maxAge, Duration answerTtl, Duration clientWait) {}
}
