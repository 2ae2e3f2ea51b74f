package dev.namewell.core.forward;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.policy.DomainMap;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.settings.RouteSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All upstreams of one configuration and the way to them. What is known about a server outlives
 * this object, in {@link ServerMemories}. Thread-safe.
 */
public final class Upstreams {
  private final List<UpstreamGroup> groups = new ArrayList<>();
  private final DomainMap<Optional<UpstreamGroup>> groupByZone;
  private final LoopDetector loops;
  private final UpstreamProber prober;
  private final Map<DnsName, Route> routes = new LinkedHashMap<>();

  /**
   * @param settings one for each zone, none twice; only those that forward are served here
   */
  public Upstreams(
      List<RouteSettings> settings,
      ServerMemories memories,
      ServerClient client,
      ServerClient.Ports ports) {
    this.loops = new LoopDetector(ports.random(), ports.time());
    this.prober = new UpstreamProber(client, ports.tasks(), ports.time(), loops);
    Map<DnsName, Optional<UpstreamGroup>> byZone = new LinkedHashMap<>();
    for (RouteSettings route : settings) {
      byZone.put(route.zone(), Optional.empty());
      if (route.mode() != RouteSettings.Mode.FORWARD) {
        continue;
      }
      UpstreamGroup group =
          new UpstreamGroup(route, memories, prober, ports.time(), ports.events());
      groups.add(group);
      byZone.put(route.zone(), Optional.of(group));
      routes.put(route.zone(), new ForwardingResolver(group, client, ports));
    }
    this.groupByZone = new DomainMap<>(byZone);
  }

  /** The zones that are forwarded, and the way to their upstreams. */
  public Map<DnsName, Route> routes() {
    return Collections.unmodifiableMap(routes);
  }

  /** True while no upstream for this name is worth waiting for. Cheap; on any thread. */
  public boolean isKnownDead(DnsName name) {
    Optional<UpstreamGroup> group = groupByZone.find(name);
    return group == null
        || (group.isPresent() && !group.get().settings().fallback() && group.get().isKnownDead());
  }

  /** The same for one of {@link #routes}, whatever stands in for its upstreams. */
  public boolean areDead(DnsName zone) {
    Optional<UpstreamGroup> group = groupByZone.find(zone);
    return group != null && group.isPresent() && group.get().isKnownDead();
  }

  /** True if answers for this name come from upstreams. */
  public boolean isForwarded(DnsName name) {
    Optional<UpstreamGroup> group = groupByZone.find(name);
    return group != null && group.isPresent();
  }

  /**
   * True if we ourselves sent this name to an upstream to see whether it comes back. That upstream
   * is not asked any more. Cheap; on any thread.
   */
  public boolean isOwnProbe(DnsName name) {
    return loops.isOwnProbe(name);
  }

  /** Looks for loops, and goes on probing what an earlier configuration had set aside. */
  public void start() {
    for (UpstreamGroup group : groups) {
      for (Upstream upstream : group.upstreams()) {
        prober.probeForLoop(group, upstream);
        if (upstream.health().state() != State.WORKING) {
          prober.probe(group, upstream);
        }
      }
    }
  }

  /** Ends probing. Resolutions under way go on. */
  public void stop() {
    groups.forEach(prober::stop);
  }

  /** Every upstream of every route, as it is seen just now. */
  public List<UpstreamView> view() {
    return groups.stream().flatMap(group -> group.view().stream()).toList();
  }
}
