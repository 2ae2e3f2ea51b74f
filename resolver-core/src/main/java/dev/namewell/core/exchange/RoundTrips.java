package dev.namewell.core.exchange;

import java.util.Arrays;

/**
 * How long a server takes to answer: smoothed round trip and variation (RFC 6298 §2), and a decayed
 * 95th percentile. Times in nanoseconds. Thread-safe.
 */
public final class RoundTrips {
  /** No try is given up before this: scheduling and a resent packet below us take as long. */
  private static final long LEAST_TIMEOUT = 50_000_000L;

  /** Half of a stub resolver's patience; beyond it another server is the better bet. */
  private static final long MOST_TIMEOUT = 2_000_000_000L;

  /** Below so many answers a percentile is luck. */
  private static final int ENOUGH = 20;

  /** When so many are counted all counts are halved, so that the last few hundred matter. */
  private static final int DECAY_AT = 512;

  /** Counting in between would hardly move the percentile. */
  private static final int REFRESH_EVERY = 8;

  private static final int PER_OCTAVE = 4;

  /** Up to 6.5 s; what takes longer is counted with that. */
  private static final int BUCKETS = 16 * PER_OCTAVE;

  private static final long FIRST_BUCKET = 100_000L;

  private final int[] counts = new int[BUCKETS];
  private int counted;
  private int sinceRefresh;
  private long variation;
  private volatile long smoothed;
  private volatile long timeout;
  private volatile long percentile;

  /** An answer came after so long. */
  public synchronized void add(long nanos) {
    if (smoothed == 0) {
      smoothed = Math.max(1, nanos);
      variation = nanos / 2;
    } else {
      variation = (3 * variation + Math.abs(smoothed - nanos)) / 4;
      smoothed = Math.max(1, (7 * smoothed + nanos) / 8);
    }
    count(nanos);
    // A round trip that never varied must not make a server late by a hair's breadth.
    long usual = smoothed + Math.max(4 * variation, smoothed);
    timeout = Math.clamp(Math.max(usual, 3 * percentile / 2), LEAST_TIMEOUT, MOST_TIMEOUT);
  }

  /**
   * Nobody waited any longer than this for an answer. Left out, slow answers would be missing from
   * the percentile just because another server was faster.
   */
  public synchronized void addAtLeast(long nanos) {
    if (smoothed != 0) {
      count(nanos);
    }
  }

  private void count(long nanos) {
    counts[bucket(nanos)]++;
    counted++;
    if (counted >= DECAY_AT) {
      counted = 0;
      for (int i = 0; i < BUCKETS; i++) {
        counts[i] /= 2;
        counted += counts[i];
      }
    }
    if (counted >= ENOUGH && (percentile == 0 || ++sinceRefresh >= REFRESH_EVERY)) {
      sinceRefresh = 0;
      percentile = percentile95();
    }
  }

  private static int bucket(long nanos) {
    long quarters = Math.max(PER_OCTAVE, nanos * PER_OCTAVE / FIRST_BUCKET);
    int octave = 61 - Long.numberOfLeadingZeros(quarters);
    int within = (int) (quarters >>> octave) & (PER_OCTAVE - 1);
    return Math.min(BUCKETS - 1, octave * PER_OCTAVE + within);
  }

  private static long upperEnd(int bucket) {
    long quarters = (long) (bucket % PER_OCTAVE + PER_OCTAVE + 1) << (bucket / PER_OCTAVE);
    return quarters * FIRST_BUCKET / PER_OCTAVE;
  }

  private long percentile95() {
    int above = counted / 20;
    for (int i = BUCKETS - 1; i >= 0; i--) {
      above -= counts[i];
      if (above < 0) {
        return upperEnd(i);
      }
    }
    return upperEnd(0);
  }

  /** How long to wait before another server is asked; {@code unknown} while nothing is known. */
  public long timeoutNanos(long unknown) {
    long known = timeout;
    return known == 0 ? unknown : known;
  }

  /** Smoothed round trip; 0 while nothing is known. */
  public long smoothedNanos() {
    return smoothed;
  }

  /** Time within which 95 of 100 answers came lately; 0 while too few are known. */
  public long percentile95Nanos() {
    return percentile;
  }

  synchronized void forget() {
    Arrays.fill(counts, 0);
    counted = 0;
    sinceRefresh = 0;
    variation = 0;
    smoothed = 0;
    timeout = 0;
    percentile = 0;
  }
}
