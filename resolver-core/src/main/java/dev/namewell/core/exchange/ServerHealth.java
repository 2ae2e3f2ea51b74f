package dev.namewell.core.exchange;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server can be relied on. A failure makes it doubted; a probe decides. Whoever probes
 * owns the server's probing until it works again or somebody takes over. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // the very owner
public final class ServerHealth {
  /** What is thought of a server, best first. */
  public enum State {
    WORKING,
    /** Failed lately: asked after those that work, and being probed. */
    DOUBTED,
    /** Failed its probe too: asked when there is nobody else, and probed more and more rarely. */
    SET_ASIDE
  }

  /** Failures in a row after which it is no single question's fault. */
  private static final int MANY = 3;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private volatile State state = State.WORKING;
  private volatile int failures;
  private volatile long lastFailureNanos;
  private Duration pause = FIRST_PAUSE;
  private @Nullable Object prober;

  public State state() {
    return state;
  }

  /** Since its last answer. */
  public int failuresInRow() {
    return failures;
  }

  /** True if it failed so often in a row that the server is to blame, not the questions. */
  public boolean failedOften() {
    return failures >= MANY;
  }

  /** When it failed last, on the clock of {@code Time.nanos}; 0 if never. */
  public long lastFailureNanos() {
    return lastFailureNanos;
  }

  /**
   * It answered somebody's question. Ends its probing.
   *
   * @return true if it had been set aside
   */
  public boolean succeeded() {
    if (failures == 0 && state == State.WORKING) {
      return false;
    }
    return recover();
  }

  private synchronized boolean recover() {
    boolean returns = state == State.SET_ASIDE;
    state = State.WORKING;
    failures = 0;
    pause = FIRST_PAUSE;
    prober = null;
    return returns;
  }

  /** It was silent or unreachable: behind the others at once. */
  public synchronized void failed(long nowNanos) {
    failures++;
    lastFailureNanos = nowNanos;
    if (state == State.WORKING) {
      state = State.DOUBTED;
    }
  }

  /** It failed where another server did not; doubted when that happens often. */
  public synchronized void blamed(long nowNanos) {
    failures++;
    lastFailureNanos = nowNanos;
    if (state == State.WORKING && failures >= MANY) {
      state = State.DOUBTED;
    }
  }

  /**
   * Makes the caller the one who probes.
   *
   * @return false if somebody else does, or if there is no doubt
   */
  public synchronized boolean startProbing(Object owner) {
    if (prober != null || state == State.WORKING) {
      return false;
    }
    prober = owner;
    return true;
  }

  /** False once the server works again or somebody else has taken over. */
  public synchronized boolean isProbedBy(Object owner) {
    return prober == owner;
  }

  /** Nobody probes any more; who had done so notices it. */
  public synchronized void endProbing() {
    prober = null;
  }

  /** The owner probes no more. */
  public synchronized void stopProbing(Object owner) {
    if (prober == owner) {
      prober = null;
    }
  }

  /**
   * It answered a probe.
   *
   * @param decisive the probe was a question that it had failed on; otherwise failures still count
   * @return true if it had been set aside
   */
  public synchronized boolean probeAnswered(Object owner, boolean decisive) {
    if (prober != owner) {
      return false;
    }
    int before = failures;
    boolean returns = recover();
    failures = decisive || returns ? 0 : before;
    return returns;
  }

  /**
   * It failed a probe.
   *
   * @return how long to pause before the next; empty if probing is no longer the caller's business
   */
  public synchronized Optional<Duration> probeFailed(Object owner, long nowNanos) {
    if (prober != owner) {
      return Optional.empty();
    }
    state = State.SET_ASIDE;
    lastFailureNanos = nowNanos;
    Duration now = pause;
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    return Optional.of(now);
  }

  /** Forgets every failure, but has to be probed before it counts as working. */
  synchronized void forget() {
    if (state != State.WORKING) {
      state = State.DOUBTED;
    }
    failures = 0;
    pause = FIRST_PAUSE;
    prober = null;
  }
}
