package dev.namewell.core.fake;

import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Virtual time and tasks of which one runs at a time, in the order of their time. */
public final class FakeWorld implements Tasks, Time {
  private final PriorityQueue<Event> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Semaphore back = new Semaphore(0);
  private @Nullable Turn current;
  private long now = 1_000_000_000_000L;
  private long events;

  private record Event(long at, long number, Runnable action) {}

  @Override
  public <T extends @Nullable Object> Task<T> compute(Callable<T> body) {
    throw new UnsupportedOperationException();
  }

  /** The right to run. */
  private final class Turn {
    private final Semaphore go = new Semaphore(0);

    void resume() {
      current = this;
      go.release();
      back.acquireUninterruptibly();
    }

    void pause() {
      back.release();
      go.acquireUninterruptibly();
    }
  }

  private static final class FakeTask<T extends @Nullable Object> implements Task<T> {
    private @Nullable Awaited<T> end;

    @Override
    public Awaited<T> await(Duration timeout) {
      return end == null ? new StillRunning<>() : end;
    }
  }

  private final class FakeSignal implements Signal {
    private boolean raised;
    private @Nullable Turn waiting;
    private int waits;

    @Override
    public void raise() {
      raised = true;
      Turn turn = waiting;
      if (turn != null) {
        waiting = null;
        at(Duration.ZERO, turn::resume);
      }
    }

    @Override
    public boolean await(Duration timeout) {
      if (!raised) {
        Turn me = turn();
        int mine = ++waits;
        waiting = me;
        at(
            timeout,
            () -> {
              if (waiting == me && waits == mine) {
                waiting = null;
                me.resume();
              }
            });
        me.pause();
      }
      boolean was = raised;
      raised = false;
      return was;
    }
  }

  private Turn turn() {
    Turn turn = current;
    if (turn == null) {
      throw new IllegalStateException("not on a task");
    }
    return turn;
  }

  /** Does something after a while. */
  public void at(Duration delay, Runnable action) {
    agenda.add(new Event(now + Math.max(0, delay.toNanos()), events++, action));
  }

  /** Runs a body on a task, and everything else that happens until it ends. */
  public <T extends @Nullable Object> T run(Callable<T> body) {
    FakeTask<T> task = startTask(body);
    while (task.end == null) {
      Event next = agenda.poll();
      if (next == null) {
        throw new AssertionError("everybody waits and nothing is left to happen");
      }
      now = Math.max(now, next.at());
      next.action().run();
    }
    return switch (task.end) {
      case Task.Done<T>(T value) -> value;
      case Task.Threw<T>(Throwable defect) -> throw new AssertionError(defect);
      case Task.StillRunning<T> _ -> throw new AssertionError("has not ended");
    };
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    this.<@Nullable Void>run(
        () -> {
          sleep(time);
          return null;
        });
  }

  @Override
  public <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
    return startTask(body);
  }

  private <T extends @Nullable Object> FakeTask<T> startTask(Callable<T> body) {
    FakeTask<T> task = new FakeTask<>();
    Turn turn = new Turn();
    Thread.ofVirtual()
        .start(
            () -> {
              turn.go.acquireUninterruptibly();
              try {
                task.end = new Task.Done<>(body.call());
              } catch (Throwable defect) {
                task.end = new Task.Threw<>(defect);
              } finally {
                back.release();
              }
            });
    at(Duration.ZERO, turn::resume);
    return task;
  }

  @Override
  public void sleep(Duration time) {
    Turn me = turn();
    at(time, me::resume);
    me.pause();
  }

  @Override
  public Signal signal() {
    return new FakeSignal();
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public Instant wallClock() {
    return Instant.ofEpochSecond(0, now);
  }
}
