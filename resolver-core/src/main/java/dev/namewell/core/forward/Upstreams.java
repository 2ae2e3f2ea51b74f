package dev.namewell.core.forward;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.policy.DomainMap;
import dev.namewell.core.resolve.AliasChasingResolver;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.resolve.RoutingResolver;
import dev.namewell.core.settings.RouteSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All upstreams of one configuration and the way to them. What is known about a server outlives
 * this object, in {@link ServerMemories}. Thread-safe.
 */
public final class Upstreams {
  private final List<UpstreamGroup> groups = new ArrayList<>();
  private final DomainMap<UpstreamGroup> groupByZone;
  private final LoopDetector loops;
  private final UpstreamProber prober;
  private final Resolver resolver;

  /**
   * @param routes one for each zone, none twice
   */
  public Upstreams(
      List<RouteSettings> routes,
      ServerMemories memories,
      ServerClient client,
      ServerClient.Ports ports) {
    this.loops = new LoopDetector(ports.random(), ports.time());
    this.prober = new UpstreamProber(client, ports.tasks(), ports.time(), loops);
    Map<DnsName, UpstreamGroup> byZone = new LinkedHashMap<>();
    Map<DnsName, ForwardingResolver> resolvers = new LinkedHashMap<>();
    for (RouteSettings route : routes) {
      UpstreamGroup group =
          new UpstreamGroup(route, memories, prober, ports.time(), ports.events());
      groups.add(group);
      byZone.put(route.zone(), group);
      resolvers.put(route.zone(), new ForwardingResolver(group, client, ports));
    }
    this.groupByZone = new DomainMap<>(byZone);
    this.resolver = new AliasChasingResolver(new RoutingResolver(resolvers));
  }

  /** Finds the route for a name, asks its upstreams, follows aliases. */
  public Resolver resolver() {
    return resolver;
  }

  /** True while no upstream for this name is worth waiting for. Cheap; on any thread. */
  public boolean isKnownDead(DnsName name) {
    UpstreamGroup group = groupByZone.find(name);
    return group == null || group.isKnownDead();
  }

  /** True while no upstream of any route is worth waiting for. */
  public boolean isAllDead() {
    return groups.stream().allMatch(UpstreamGroup::isKnownDead);
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
