package dev.namewell.core.iterate;

import dev.namewell.core.exchange.ServerHealth;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.resolve.Budget;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether any of the root's servers answers, for without them nothing new can be found. A doubt is
 * cleared up in the background, as with upstreams: at once, then after ever longer pauses.
 * Thread-safe.
 */
final class RootWatch {
  /** More than six servers need that are slow but answer. */
  private static final Duration PROBE_TIME = Duration.ofSeconds(10);

  private final Iteration shared;
  private final Priming priming;
  private final ServerHealth health;
  private volatile boolean stopped;

  /**
   * @param health of all the root's servers together; outlives a configuration
   */
  RootWatch(Iteration shared, Priming priming, ServerHealth health) {
    this.shared = shared;
    this.priming = priming;
    this.health = health;
  }

  /** True while no root server answers and no copy of their zone is here. Cheap; on any thread. */
  boolean isDead() {
    return health.state() == State.SET_ASIDE && !isCopied();
  }

  private boolean isCopied() {
    return shared.rootZone().zone(now()) != null;
  }

  private long now() {
    return shared.ports().time().nanos();
  }

  /** No root server answered a question, or nobody at all answers any more. Does not block. */
  void doubt() {
    if (!stopped && !isCopied()) {
      health.failed(now());
      probe();
    }
  }

  /** Goes on with what an earlier configuration was in doubt about. */
  void start() {
    probe();
  }

  /** Ends probing; a task under way notices it after its pause at the latest. */
  void stop() {
    stopped = true;
    health.endProbing();
  }

  private void probe() {
    Object me = new Object();
    if (!stopped && health.startProbing(me)) {
      Tasks tasks = shared.ports().tasks();
      tasks.<@Nullable Void>start(
          "probe root servers",
          () -> {
            probe(me);
            return null;
          });
    }
  }

  private void probe(Object me) {
    while (!stopped && health.isProbedBy(me)) {
      String failure =
          isCopied() ? null : priming.ask(new Budget(shared.ports().time(), PROBE_TIME));
      if (failure == null) {
        if (health.probeAnswered(me, true)) {
          shared.ports().events().rootServersChanged(true, "");
        }
        return;
      }
      boolean already = health.state() == State.SET_ASIDE;
      Optional<Duration> pause = health.probeFailed(me, now());
      if (pause.isPresent()) {
        if (!already) {
          shared.ports().events().rootServersChanged(false, failure);
        }
        shared.ports().tasks().sleep(pause.get());
      }
    }
    health.stopProbing(me);
  }
}
