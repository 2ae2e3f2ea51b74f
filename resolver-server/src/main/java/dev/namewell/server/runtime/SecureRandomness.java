package dev.namewell.server.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Unpredictable numbers for query IDs, ports and letter case (RFC 5452 §4, RFC 4086). Draws from
 * buffers filled by the JDK's DRBG, since one {@link SecureRandom} is a lock that all queries would
 * queue for. Thread-safe; a thread that finds a stripe busy takes the next.
 */
public final class SecureRandomness implements RandomGenerator {
  /** A refill of this size costs tens of microseconds and serves 512 draws. */
  private static final int BUFFER_BYTES = 4096;

  /** Two stripes a core: threads seldom meet. */
  private static final int STRIPES_PER_CORE = 2;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Stripe[] stripes;

  public SecureRandomness() {
    int wanted = Runtime.getRuntime().availableProcessors() * STRIPES_PER_CORE;
    stripes = new Stripe[Integer.highestOneBit(wanted)];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
  }

  @Override
  public long nextLong() {
    int mask = stripes.length - 1;
    int first = (int) Thread.currentThread().threadId() & mask;
    for (int i = 0; i < stripes.length; i++) {
      Stripe stripe = stripes[(first + i) & mask];
      if (stripe.lock.tryLock()) {
        return stripe.drawAndUnlock();
      }
    }
    stripes[first].lock.lock();
    return stripes[first].drawAndUnlock();
  }

  private static final class Stripe {
    final ReentrantLock lock = new ReentrantLock();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final SecureRandom source = drbg();
    private int next = BUFFER_BYTES;

    long drawAndUnlock() {
      try {
        if (next == BUFFER_BYTES) {
          source.nextBytes(buffer);
          next = 0;
        }
        long drawn = (long) LONGS.get(buffer, next);
        LONGS.set(buffer, next, 0L); // a later look into memory must not tell past IDs
        next += Long.BYTES;
        return drawn;
      } finally {
        lock.unlock();
      }
    }

    private static SecureRandom drbg() {
      try {
        return SecureRandom.getInstance("DRBG");
      } catch (NoSuchAlgorithmException e) {
        return new SecureRandom();
      }
    }
  }
}
