package dev.namewell.server.runtime;

import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs each task on a virtual thread of its own. An interrupt means shutdown: a wait that is
 * interrupted ends early and leaves the thread's interrupt status set.
 */
public final class VirtualTasks implements Tasks {
  @Override
  public <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
    RunningTask<T> task = new RunningTask<>(body);
    Thread.ofVirtual().name(name).start(task);
    return task;
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
    return new ThreadSignal(Thread.currentThread());
  }

  private static final class ThreadSignal implements Signal {
    private final Thread owner;
    private volatile boolean raised;

    ThreadSignal(Thread owner) {
      this.owner = owner;
    }

    @Override
    public void raise() {
      raised = true;
      LockSupport.unpark(owner);
    }

    @Override
    public boolean await(Duration timeout) {
      long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
      while (!raised) {
        long left = end - System.nanoTime();
        if (left <= 0 || owner.isInterrupted()) {
          return false;
        }
        LockSupport.parkNanos(this, left);
      }
      raised = false;
      return true;
    }
  }

  private static final class RunningTask<T extends @Nullable Object> implements Task<T>, Runnable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Callable<T> body;

    /** Written once, before {@link #ended} opens. */
    private @Nullable Awaited<T> end;

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
        ended.countDown();
      }
    }

    @Override
    public Awaited<T> await(Duration timeout) {
      try {
        if (!ended.await(nanos(timeout), TimeUnit.NANOSECONDS)) {
          return new StillRunning<>();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StillRunning<>();
      }
      Awaited<T> result = end;
      return result == null ? new StillRunning<>() : result;
    }

    private static long nanos(Duration timeout) {
      return TimeUnit.NANOSECONDS.convert(timeout);
    }
  }
}
