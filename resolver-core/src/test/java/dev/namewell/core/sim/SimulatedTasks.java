package dev.namewell.core.sim;

import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks one at a time, in an order that a seed decides. Each task is an ordinary virtual thread,
 * but only the one that holds the baton runs; the others stand in an agenda ordered by virtual
 * time. What falls on the same instant comes in a random, repeatable order. Events given to {@link
 * #at} run without a task, as code on an event loop does: they must not block, and find out.
 */
public final class SimulatedTasks implements Tasks, AutoCloseable {
  /** Ticks of a second without any progress after which a run is given up. */
  private static final int PATIENCE_TICKS = 10;

  private final SplittableRandom random;
  private final Trace trace = new Trace();
  private final PriorityQueue<Entry> agenda = new PriorityQueue<>();
  private final Semaphore baton = new Semaphore(0);
  private final AtomicLong steps = new AtomicLong();
  private final Set<Running> live = new LinkedHashSet<>();
  private @Nullable Running holder;
  private long elapsed;
  private int computations;
  private long entries;
  private volatile boolean over;

  public SimulatedTasks(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Something that happens at a virtual instant. */
  private static final class Entry implements Comparable<Entry> {
    private final long at;
    private final int tie;
    private final long number;
    private final Runnable action;
    private boolean cancelled;

    Entry(long at, int tie, long number, Runnable action) {
      this.at = at;
      this.tie = tie;
      this.number = number;
      this.action = action;
    }

    @Override
    public int compareTo(Entry other) {
      int order = Long.compare(at, other.at);
      order = order != 0 ? order : Integer.compare(tie, other.tie);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  /** The thread of a task and its turn. */
  private static final class Running {
    private final String name;
    private final Semaphore turn = new Semaphore(0);
    private @Nullable Thread thread;

    Running(String name) {
      this.name = name;
    }
  }

  /** Unwinds tasks that are still blocked when the simulation ends. */
  private static final class SimulationOver extends Error {
    private static final long serialVersionUID = 1;

    SimulationOver() {
      super("the simulation is over", null, false, false);
    }
  }

  /** Something to wait for. Used only by whoever holds the baton. */
  private final class Gate {
    private boolean open;
    private final List<Runnable> waiting = new ArrayList<>();

    /** Opens it for good. */
    void open() {
      open = true;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }

    /** Blocks the calling task until the gate is open; false if {@code nanos} passed before. */
    boolean await(long nanos) {
      if (open || nanos <= 0) {
        return open;
      }
      Running self = holder("wait");
      Entry timer = schedule(elapsed + nanos, () -> resume(self));
      Runnable wake =
          () -> {
            timer.cancelled = true;
            schedule(elapsed, () -> resume(self));
          };
      waiting.add(wake);
      handBack(self);
      waiting.remove(wake);
      return open;
    }
  }

  /** One task and its end. */
  private final class SimulatedTask<T extends @Nullable Object> implements Task<T> {
    private final Gate ended = new Gate();
    private @Nullable Awaited<T> end;

    @Override
    public Awaited<T> await(Duration timeout) {
      ended.await(timeout.toNanos());
      return end == null ? new StillRunning<>() : end;
    }

    private void run(Callable<T> body) {
      try {
        end = new Done<>(body.call());
      } catch (SimulationOver stopped) {
        throw stopped;
      } catch (Throwable defect) {
        end = new Threw<>(defect);
      }
      ended.open();
    }
  }

  /** Of one task: a gate that closes behind it. */
  private final class SimulatedSignal implements Signal {
    private Gate gate = new Gate();
    private boolean raised;

    @Override
    public void raise() {
      raised = true;
      gate.open();
    }

    @Override
    public boolean await(Duration timeout) {
      if (!raised) {
        gate = new Gate();
        gate.await(timeout.toNanos());
      }
      boolean wasRaised = raised;
      raised = false;
      return wasRaised;
    }
  }

  @Override
  public Signal signal() {
    return new SimulatedSignal();
  }

  @Override
  public <T extends @Nullable Object> Task<T> compute(Callable<T> body) {
    computations++;
    SimulatedTask<T> task = new SimulatedTask<>();
    task.run(body);
    return task;
  }

  /** What would have been done away from the event loops so far. */
  public int computations() {
    return computations;
  }

  @Override
  public <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
    SimulatedTask<T> task = new SimulatedTask<>();
    Running running = new Running(name);
    running.thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(
                () -> {
                  running.turn.acquireUninterruptibly();
                  try {
                    if (!over) {
                      trace.add(elapsed, "start ", name);
                      task.run(body);
                      trace.add(elapsed, "end ", name);
                    }
                  } catch (SimulationOver stopped) {
                    trace.add(elapsed, "stopped ", name);
                  } finally {
                    live.remove(running);
                    baton.release();
                  }
                });
    live.add(running);
    running.thread.start();
    schedule(elapsed, () -> resume(running));
    return task;
  }

  @Override
  public void sleep(Duration time) {
    Running self = holder("sleep");
    schedule(elapsed + Math.max(0, time.toNanos()), () -> resume(self));
    handBack(self);
  }

  /** Runs {@code event} so much later, on no task. */
  public void at(Duration later, Runnable event) {
    schedule(elapsed + later.toNanos(), event);
  }

  private Entry schedule(long at, Runnable action) {
    Entry entry = new Entry(at, random.nextInt(), entries++, action);
    agenda.add(entry);
    return entry;
  }

  private Running holder(String what) {
    Running self = holder;
    if (self == null || self.thread != Thread.currentThread()) {
      throw new IllegalStateException("blocking call (" + what + ") outside of a task");
    }
    return self;
  }

  private void resume(Running task) {
    holder = task;
    task.turn.release();
    baton.acquireUninterruptibly();
    holder = null;
  }

  private void handBack(Running self) {
    baton.release();
    self.turn.acquireUninterruptibly();
    if (over) {
      throw new SimulationOver();
    }
  }

  /** Lets the world go on for this long, or until nothing is left to happen. */
  public void runFor(Duration time) {
    long end = elapsed + time.toNanos();
    run(end, () -> false);
    elapsed = end;
  }

  /** Lets the world go on until something has come true, or for this long. */
  public void runUntil(BooleanSupplier done, Duration most) {
    long end = elapsed + most.toNanos();
    run(end, done);
    if (!done.getAsBoolean()) {
      elapsed = end;
    }
  }

  /** Lets the world go on until nothing is left to happen; at most a virtual year. */
  public void runToEnd() {
    run(elapsed + Duration.ofDays(365).toNanos(), () -> false);
    if (!agenda.isEmpty()) {
      throw new AssertionError("something goes on for ever: " + live());
    }
  }

  private void run(long end, BooleanSupplier enough) {
    CountDownLatch done = new CountDownLatch(1);
    @Nullable Throwable[] defect = {null};
    Thread runner =
        Thread.ofVirtual()
            .name("simulation")
            .start(
                () -> {
                  try {
                    runHere(end, enough);
                  } catch (Throwable t) {
                    defect[0] = t;
                  } finally {
                    done.countDown();
                  }
                });
    watch(done, runner);
    Throwable thrown = defect[0];
    if (thrown != null) {
      throw new AssertionError("an event threw " + thrown, thrown);
    }
  }

  private void runHere(long end, BooleanSupplier enough) {
    while (!enough.getAsBoolean() && !agenda.isEmpty() && agenda.element().at <= end) {
      Entry next = agenda.remove();
      if (!next.cancelled) {
        elapsed = next.at;
        next.action.run();
        steps.incrementAndGet();
      }
    }
  }

  /** Ticks count, not time: when the whole machine stands still, so does the watchdog. */
  private void watch(CountDownLatch done, Thread runner) {
    try {
      int idleTicks = 0;
      long seen = steps.get();
      while (!done.await(1, TimeUnit.SECONDS)) {
        long now = steps.get();
        idleTicks = now == seen ? idleTicks + 1 : 0;
        seen = now;
        if (idleTicks >= PATIENCE_TICKS) {
          throw new AssertionError(stacks(runner));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private String stacks(Thread runner) {
    StringBuilder text =
        new StringBuilder("the baton does not come back: a task blocks outside of the ports\n");
    append(text, "simulation", runner);
    for (Running task : List.copyOf(live)) {
      append(text, task.name, task.thread);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String name, @Nullable Thread thread) {
    text.append("- ").append(name).append('\n');
    if (thread != null) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
  }

  /** Virtual time since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsed);
  }

  long elapsedNanos() {
    return elapsed;
  }

  /** Names of tasks that have not ended. */
  public List<String> live() {
    return live.stream().map(task -> task.name).toList();
  }

  /** What has happened. */
  public Trace trace() {
    return trace;
  }

  /** Ends every task that is still blocked. */
  @Override
  public void close() {
    over = true;
    for (Running task : List.copyOf(live)) {
      holder = task;
      task.turn.release();
      baton.acquireUninterruptibly();
    }
  }
}
