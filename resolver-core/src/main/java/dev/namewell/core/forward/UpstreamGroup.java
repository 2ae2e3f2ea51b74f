package dev.namewell.core.forward;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.exchange.ServerHealth;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.UpstreamState;
import dev.namewell.core.port.Time;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RouteSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The upstreams of one route, and what a question to them teaches about them. Thread-safe. */
final class UpstreamGroup {
  /** Overtaken so often in a row, a server may be dead: hedges hide that it does not answer. */
  private static final int SUSPICIOUS = 2;

  private final RouteSettings settings;
  private final List<Upstream> upstreams;
  private final HedgeBudget hedges = new HedgeBudget();
  private final UpstreamProber prober;
  private final Time time;
  private final Events events;

  UpstreamGroup(
      RouteSettings settings,
      ServerMemories memories,
      UpstreamProber prober,
      Time time,
      Events events) {
    this.settings = settings;
    this.prober = prober;
    this.time = time;
    this.events = events;
    Question easy = Question.of(DnsName.ROOT, RecordType.NS);
    Set<Endpoint> servers = new LinkedHashSet<>();
    for (Address address : settings.upstreams()) {
      servers.add(new Endpoint(address.socketAddress()));
    }
    List<Upstream> list = new ArrayList<>();
    for (Endpoint server : servers) {
      if (list.size() < UpstreamChoice.MAX_UPSTREAMS) {
        list.add(new Upstream(memories.of(server), easy));
      }
    }
    this.upstreams = List.copyOf(list);
  }

  RouteSettings settings() {
    return settings;
  }

  List<Upstream> upstreams() {
    return upstreams;
  }

  HedgeBudget hedges() {
    return hedges;
  }

  /** True while no upstream is worth waiting for. */
  boolean isKnownDead() {
    for (Upstream upstream : upstreams) {
      if (!upstream.isLooping() && upstream.health().state() != State.SET_ASIDE) {
        return false;
      }
    }
    return true;
  }

  boolean isLoopOnly() {
    for (Upstream upstream : upstreams) {
      if (!upstream.isLooping()) {
        return false;
      }
    }
    return true;
  }

  /** An upstream answered. */
  void answered(Upstream upstream, Question question) {
    upstream.answered(question);
    boolean wasDead = upstream.health().failuresInRow() > 0 && isKnownDead();
    if (upstream.health().succeeded()) {
      returned(upstream, wasDead);
    }
  }

  /** An upstream has been silent for longer than it should, or cannot be reached. */
  void failed(Upstream upstream) {
    if (!prober.isStopped()) { // who would clear up a doubt that is raised now?
      upstream.health().failed(time.nanos());
      prober.probe(this, upstream);
    }
  }

  /** A hedge brought the answer before this upstream was late. */
  void overtaken(Upstream upstream) {
    if (upstream.overtaken() >= SUSPICIOUS) {
      failed(upstream);
    }
  }

  /** An upstream failed on a question that another one answered. */
  void blamed(Upstream upstream, Question question, boolean countedAlready) {
    ServerHealth health = upstream.health();
    upstream.blame(question);
    if (!countedAlready && !prober.isStopped()) {
      health.blamed(time.nanos());
      prober.probe(this, upstream);
    }
  }

  /** It had been set aside and answers again. */
  void returned(Upstream upstream, boolean wasDead) {
    events.upstreamChanged(upstream.server(), UpstreamState.WORKING, "answers again");
    prober.probeForLoop(this, upstream);
    if (wasDead) {
      // All at once: the fault was between us and them, so what was learned meanwhile is void.
      for (Upstream other : upstreams) {
        if (other != upstream && !other.isLooping()) {
          other.memory().forgetStatistics();
          prober.probe(this, other);
        }
      }
    }
  }

  void setAside(Upstream upstream, String why) {
    events.upstreamChanged(upstream.server(), UpstreamState.SET_ASIDE, why);
  }

  /** A question that was sent to it came back to us. */
  void loops(Upstream upstream) {
    if (!upstream.isLooping()) {
      upstream.setLooping();
      events.upstreamChanged(
          upstream.server(),
          UpstreamState.LOOPING,
          "forwards to this resolver: not asked until the configuration is read again");
    }
  }

  List<UpstreamView> view() {
    List<UpstreamView> views = new ArrayList<>();
    for (Upstream upstream : upstreams) {
      State state = upstream.health().state();
      UpstreamState shown =
          upstream.isLooping()
              ? UpstreamState.LOOPING
              : state == State.SET_ASIDE ? UpstreamState.SET_ASIDE : UpstreamState.WORKING;
      views.add(
          new UpstreamView(
              settings.zone(),
              upstream.server(),
              shown,
              state == State.DOUBTED,
              upstream.health().failuresInRow(),
              Duration.ofNanos(upstream.memory().roundTrips().smoothedNanos()),
              Duration.ofNanos(upstream.memory().roundTrips().percentile95Nanos())));
    }
    return views;
  }
}
