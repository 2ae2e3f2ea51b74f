package dev.namewell.server.observe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A ring from many threads to one. Neither side ever waits for the other. */
final class BoundedQueue<T> {
  private final AtomicReferenceArray<@Nullable T> slots;
  private final int mask;
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();

  /**
   * @param capacity a power of two
   */
  BoundedQueue(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(capacity + " is no power of two");
    }
    slots = new AtomicReferenceArray<>(capacity);
    mask = capacity - 1;
  }

  /** Appends, on any thread; false if there is no room. */
  boolean offer(T element) {
    long at = tail.get();
    while (at - head.get() <= mask) {
      if (tail.compareAndSet(at, at + 1)) {
        slots.set((int) at & mask, element);
        return true;
      }
      at = tail.get();
    }
    return false;
  }

  /** Takes the oldest element, on the one consuming thread; null if none is ready. */
  @Nullable T poll() {
    long at = head.get();
    T element = slots.getAcquire((int) at & mask);
    if (element != null) {
      slots.setPlain((int) at & mask, null);
      head.setRelease(at + 1);
    }
    return element;
  }

  /** True if nothing is ready; exact on the consuming thread only. */
  boolean isEmpty() {
    return slots.get((int) head.get() & mask) == null;
  }
}
