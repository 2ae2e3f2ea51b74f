package dev.namewell.core.forward;

import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.Ask;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.exchange.ServerReply;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks doubted upstreams in the background, so that no client has to find out: at once when a doubt
 * comes up, then after ever longer pauses. Also looks for loops. Thread-safe.
 */
final class UpstreamProber {
  /** One packet may be lost without meaning anything. */
  private static final int TRIES = 2;

  /** As a stub resolver waits for one answer. */
  private static final Duration LOOP_PROBE_TIMEOUT = Duration.ofSeconds(5);

  private final ServerClient client;
  private final Tasks tasks;
  private final Time time;
  private final LoopDetector loops;
  private volatile boolean stopped;

  UpstreamProber(ServerClient client, Tasks tasks, Time time, LoopDetector loops) {
    this.client = client;
    this.tasks = tasks;
    this.time = time;
    this.loops = loops;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Probes until the upstream works, unless that is being done already or it is not in doubt. */
  void probe(UpstreamGroup group, Upstream upstream) {
    Object me = new Object();
    if (!stopped && upstream.health().startProbing(me)) {
      tasks.<@Nullable Void>start(
          "probe " + upstream.server(),
          () -> {
            probe(group, upstream, me);
            return null;
          });
    }
  }

  private void probe(UpstreamGroup group, Upstream upstream, Object me) {
    ServerHealth health = upstream.health();
    while (!stopped && health.isProbedBy(me)) {
      boolean decisive = upstream.isProbeDecisive();
      boolean wasDead = group.isKnownDead();
      String failure = failure(group, upstream);
      if (failure == null) {
        if (health.probeAnswered(me, decisive)) {
          group.returned(upstream, wasDead);
        }
        return;
      }
      boolean already = health.state() == State.SET_ASIDE;
      Optional<Duration> pause = health.probeFailed(me, time.nanos());
      if (pause.isPresent()) {
        if (!already) {
          group.setAside(upstream, failure);
        }
        tasks.sleep(pause.get());
      }
    }
    health.stopProbing(me);
  }

  /** Why the upstream does not work; null if it does. */
  private @Nullable String failure(UpstreamGroup group, Upstream upstream) {
    Question question = upstream.probe();
    String why = null;
    for (int i = 0; i < TRIES; i++) {
      long start = group.settings().timeout().toNanos();
      Duration timeout = Duration.ofNanos(Math.max(start, upstream.timeoutNanos(start)));
      ServerReply reply = client.ask(ask(upstream, question, timeout));
      if (!(reply instanceof Failed failed)) {
        return null;
      }
      why = failed.said() + " to " + question;
    }
    return why;
  }

  private Ask ask(Upstream upstream, Question question, Duration timeout) {
    return new Ask(
        upstream.memory(), question, true, Transport.UDP, timeout, new Budget(time, timeout));
  }

  /** Sends a name that must not come back. */
  void probeForLoop(UpstreamGroup group, Upstream upstream) {
    if (stopped) {
      return;
    }
    tasks.<@Nullable Void>start(
        "loop probe " + upstream.server(),
        () -> {
          Question question = Question.of(loops.probeName(group, upstream), RecordType.TXT);
          client.ask(ask(upstream, question, LOOP_PROBE_TIMEOUT));
          return null;
        });
  }

  /** Ends probing; tasks under way notice it after their pause at the latest. */
  void stop(UpstreamGroup group) {
    stopped = true;
    for (Upstream upstream : group.upstreams()) {
      upstream.health().endProbing();
    }
  }
}
