package dev.namewell.server.observe;

import java.util.concurrent.TimeUnit;

/**
 * Upper bounds of the latency histograms: 25 µs, doubled up to 6.6 s, then infinity. Any sum of
 * neighbours stays exact, and finding the bucket takes one division and one bit count.
 */
final class LatencyBuckets {
  private static final long FIRST_NANOS = 25_000;

  /** Finite bounds: the last, 25 µs · 2^18, is above the five seconds that a stub waits. */
  private static final int FINITE = 19;

  /** Buckets with the infinite one. */
  static final int COUNT = FINITE + 1;

  private LatencyBuckets() {}

  /** Bucket of a duration; negative ones count as none. */
  static int of(long nanos) {
    long steps = (Math.max(1, nanos) - 1) / FIRST_NANOS;
    return Math.min(FINITE, Long.SIZE - Long.numberOfLeadingZeros(steps));
  }

  /** Inclusive upper bounds in seconds, ascending, the last infinite. */
  static double[] upperBoundsSeconds() {
    double[] bounds = new double[COUNT];
    for (int i = 0; i < FINITE; i++) {
      bounds[i] = seconds(FIRST_NANOS << i);
    }
    bounds[FINITE] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** Nanoseconds as seconds. */
  static double seconds(long nanos) {
    return (double) nanos / TimeUnit.SECONDS.toNanos(1);
  }
}
