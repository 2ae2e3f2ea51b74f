package dev.namewell.server.runtime;

/**
 * Has the whole heap collected whenever what is in use has doubled. The serial collector left to
 * itself fills all that it may have with dead cache entries first, and keeps its young generation
 * as small as at the start, where it then spends a fifth of the time. Not thread-safe.
 */
public final class HeapGrowth {
  /** What a start and its first answers take. */
  private static final long FIRST_OCTETS = 32L << 20;

  /** Small heaps may more than double: a collection has a price of its own. */
  private static final long SLACK_OCTETS = 16L << 20;

  private long limitOctets = FIRST_OCTETS;
  private long before;

  /**
   * To be called about once a second. Collects, if it is time, which stops all threads for about a
   * millisecond a megabyte; {@code -XX:+DisableExplicitGC} prevents it.
   */
  public void look() {
    long now = inUse();
    // The lesser of two looks has less of the young generation's garbage in it.
    if (Math.min(now, before) > limitOctets) {
      System.gc();
      now = inUse();
      limitOctets = 2 * now + SLACK_OCTETS;
    }
    before = now;
  }

  private static long inUse() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
