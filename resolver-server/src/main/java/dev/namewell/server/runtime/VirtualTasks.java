package dev.namewell.server.runtime;

import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each task on a virtual thread of its own. Where the JVM permits it, the event loop that
 * starts a task carries it, and one after the other those that are started elsewhere. An interrupt
 * means shutdown: a wait that is interrupted ends early and leaves the thread's interrupt status
 * set.
 */
public final class VirtualTasks implements Tasks {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualTasks.class);
  private static final ScopedValue<LoopCarrier> CARRIER = ScopedValue.newInstance();

  /** One thread fewer than processors: somebody has to go on serving. Idle threads end. */
  private static final Executor COMPUTING = computing();

  /** Empty: the JDK's own threads carry. */
  private final List<LoopCarrier> carriers;

  private final AtomicInteger turn = new AtomicInteger();

  private VirtualTasks(List<LoopCarrier> carriers) {
    this.carriers = carriers;
  }

  private static Executor computing() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("compute-", 1).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Tasks that the loops carry where that can be had; logs if not, and why. */
  public static VirtualTasks on(EventLoops loops) {
    try {
      LoopCarrier.Maker maker = LoopCarrier.maker();
      return new VirtualTasks(loops.loops().stream().map(maker::carrier).toList());
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.info("tasks run beside the event loops, which costs a little more: {}", e.getMessage());
      return beside();
    }
  }

  /** Tasks that threads of the JDK's choice carry. */
  public static VirtualTasks beside() {
    return new VirtualTasks(List.of());
  }

  @Override
  public <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
    RunningTask<T> task = new RunningTask<>(body);
    if (carriers.isEmpty()) {
      Thread.ofVirtual().name(name).start(task);
    } else {
      LoopCarrier carrier = carrier();
      carrier.start(name, () -> ScopedValue.where(CARRIER, carrier).run(task));
    }
    return task;
  }

  @Override
  public <T extends @Nullable Object> Task<T> compute(Callable<T> body) {
    RunningTask<T> task = new RunningTask<>(body);
    COMPUTING.execute(task);
    return task;
  }

  private LoopCarrier carrier() {
    if (CARRIER.isBound()) {
      return CARRIER.get();
    }
    for (LoopCarrier each : carriers) {
      if (each.isHere()) {
        return each;
      }
    }
    return carriers.get(Math.floorMod(turn.getAndIncrement(), carriers.size()));
  }

  @Override
  public void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Signal signal() {
    return new ThreadSignal(Thread.currentThread(), here());
  }

  /** The loop that carries the calling thread, if one does. */
  private static @Nullable LoopCarrier here() {
    return CARRIER.isBound() ? CARRIER.get() : null;
  }

  /** Waits for whoever unparks the calling thread, at most until a time. */
  private static void park(@Nullable LoopCarrier carrier, long endNanos, BooleanSupplier over) {
    Thread here = Thread.currentThread();
    // The JDK's timer for virtual threads would be one more thread.
    LoopCarrier.@Nullable Alarm alarm = carrier == null ? null : carrier.alarm(endNanos);
    long left = endNanos - System.nanoTime();
    while (!over.getAsBoolean() && left > 0 && !here.isInterrupted()) {
      if (alarm == null) {
        LockSupport.parkNanos(left);
      } else {
        LockSupport.park();
      }
      left = endNanos - System.nanoTime();
    }
    if (carrier != null && alarm != null) {
      carrier.cancel(alarm);
    }
  }

  private static final class ThreadSignal implements Signal {
    private final Thread owner;
    private final @Nullable LoopCarrier carrier;
    private volatile boolean raised;

    ThreadSignal(Thread owner, @Nullable LoopCarrier carrier) {
      this.owner = owner;
      this.carrier = carrier;
    }

    @Override
    public void raise() {
      raised = true;
      LockSupport.unpark(owner);
    }

    @Override
    public boolean await(Duration timeout) {
      long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
      if (!raised) {
        park(carrier, end, () -> raised);
      }
      boolean wasRaised = raised;
      raised = false;
      return wasRaised;
    }
  }

  private static final class RunningTask<T extends @Nullable Object> implements Task<T>, Runnable {
    private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private final Callable<T> body;
    private volatile @Nullable Awaited<T> end;

    RunningTask(Callable<T> body) {
      this.body = body;
    }

    @Override
    public void run() {
      try {
        end = new Done<>(body.call());
      } catch (Throwable defect) { // whatever it is, those who wait must learn of it
        end = new Threw<>(defect);
      } finally {
        waiting.forEach(LockSupport::unpark);
      }
    }

    @Override
    public Awaited<T> await(Duration timeout) {
      if (end == null) {
        Thread here = Thread.currentThread();
        waiting.add(here); // before the look that decides whether to wait
        park(here(), System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout), () -> end != null);
        waiting.remove(here);
      }
      Awaited<T> result = end;
      return result == null ? new StillRunning<>() : result;
    }
  }
}
