package dev.namewell.server.runtime;

import io.netty.channel.IoEventLoop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that carries virtual threads: what they do between two waits runs on the loop's own
 * thread, so that a query that is forwarded costs no switch of threads. They must not hold a lock
 * while they wait, nor block in another way than by parking.
 *
 * <p>The JDK has no public way to choose the carrier. Its own tests use the one that is used here,
 * which needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class LoopCarrier implements Executor {
  /** So many cancelled alarms may wait for their time, and as many as there are others. */
  private static final int CANCELLED_KEPT = 64;

  private final IoEventLoop loop;
  private final MethodHandle newVirtualThread;

  /** When to wake whom, soonest first; touched on the loop and by what it carries only. */
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();

  /** Of the alarms. */
  private int cancelled;

  private boolean bellSet;
  private long bellAtNanos;

  private LoopCarrier(IoEventLoop loop, MethodHandle newVirtualThread) {
    this.loop = loop;
    this.newVirtualThread = newVirtualThread;
  }

  /** A way to make carriers. */
  interface Maker {
    LoopCarrier carrier(IoEventLoop loop);
  }

  /**
   * Looks whether this JVM lets loops carry virtual threads.
   *
   * @throws ReflectiveOperationException if not
   */
  static Maker maker() throws ReflectiveOperationException {
    Class<?> builders = Class.forName("java.lang.ThreadBuilders");
    MethodHandle made =
        MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
            .findStatic(
                builders,
                "newVirtualThread",
                MethodType.methodType(
                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
    return loop -> new LoopCarrier(loop, made);
  }

  /** Starts a virtual thread that this loop carries. From any thread. */
  void start(String name, Runnable body) {
    Thread thread;
    try {
      thread = (Thread) newVirtualThread.invokeExact((Executor) this, name, 0, body);
    } catch (Throwable defect) {
      throw new IllegalStateException("cannot make a virtual thread", defect);
    }
    thread.start();
  }

  /** True on the loop's own thread; false on a virtual one. */
  boolean isHere() {
    return loop.inEventLoop();
  }

  /** Goes on with a virtual thread; called by the JDK. */
  @Override
  public void execute(Runnable continuation) {
    try {
      loop.execute(continuation);
    } catch (RejectedExecutionException _) {
      // The server has ended, and with it everything that still waited.
    }
  }

  /** Somebody to be woken at a time. */
  static final class Alarm implements Comparable<Alarm> {
    private final long atNanos;
    private @Nullable Thread sleeper;

    private Alarm(long atNanos, Thread sleeper) {
      this.atNanos = atNanos;
      this.sleeper = sleeper;
    }

    @Override
    public int compareTo(Alarm other) {
      return Long.signum(atNanos - other.atNanos);
    }
  }

  /** Unparks the calling thread at a time of {@link System#nanoTime}. On what this loop carries. */
  Alarm alarm(long atNanos) {
    Alarm alarm = new Alarm(atNanos, Thread.currentThread());
    alarms.add(alarm);
    if (!bellSet || atNanos - bellAtNanos < 0) {
      setBell(atNanos);
    }
    return alarm;
  }

  /** Makes an alarm of this carrier do nothing any more. On what this loop carries. */
  void cancel(Alarm alarm) {
    if (alarm.sleeper == null) {
      return; // it has rung
    }
    alarm.sleeper = null;
    cancelled++;
    if (cancelled > CANCELLED_KEPT + alarms.size() / 2) {
      alarms.removeIf(each -> each.sleeper == null);
      cancelled = 0;
    }
  }

  /** One timer of the loop for all alarms: most are cancelled long before their time. */
  private void setBell(long atNanos) {
    bellSet = true;
    bellAtNanos = atNanos;
    try {
      loop.schedule(() -> ring(atNanos), atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // The server has ended.
    }
  }

  private void ring(long setForNanos) {
    if (setForNanos != bellAtNanos) {
      return; // set for an earlier time since
    }
    bellSet = false;
    long now = System.nanoTime();
    Alarm next = alarms.peek();
    while (next != null && (next.sleeper == null || next.atNanos - now <= 0)) {
      alarms.remove();
      if (next.sleeper == null) {
        cancelled--;
      } else {
        LockSupport.unpark(next.sleeper);
        next.sleeper = null;
      }
      next = alarms.peek();
    }
    if (next != null) {
      setBell(next.atNanos);
    }
  }
}
