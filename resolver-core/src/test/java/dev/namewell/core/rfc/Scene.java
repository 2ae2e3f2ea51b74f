package dev.namewell.core.rfc;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Strategy;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.settings.ServiceSettings.Mdns;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedZone;
import dev.namewell.core.sim.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/**
 * A resolver, its upstreams and a client. Serve-stale and prefetch are off until a test switches
 * them on; the upstreams are 20 ms away.
 */
final class Scene implements AutoCloseable {
  static final String ZONE =
      """
      example. 900 IN SOA ns.example. host.example. 1 7200 3600 1209600 300
      www.example. 60 IN A 192.0.2.80
      mail.example. 60 IN A 192.0.2.25
      """;

  final World world;
  Duration minTtl = Duration.ZERO;
  Duration maxTtl = Duration.ofDays(1);
  Optional<Stale> stale = Optional.empty();
  boolean prefetch;
  ServiceSettings service;
  Strategy strategy = Strategy.ORDERED;
  final List<RouteSettings> routes = new ArrayList<>();
  private @Nullable SimulatedClient client;

  /** A world with one upstream for each zone text. */
  Scene(String... zones) {
    world = new World(7, zones[0]);
    world.upstream();
    for (int i = 1; i < zones.length; i++) {
      world.upstream(new SimulatedZone(zones[i]), Duration.ofMillis(20), Duration.ZERO);
    }
    service = world.settings(strategy, stale).service();
  }

  Endpoint upstream(int index) {
    return world.endpoint(index);
  }

  /** A route for a zone to one upstream, beside the route for everything. */
  void route(String zone, int upstream) {
    Address address =
        new Address(
            world.endpoint(upstream).address().getAddress(),
            world.endpoint(upstream).address().getPort());
    routes.add(
        new RouteSettings(
            DnsName.parse(zone),
            RouteSettings.Mode.FORWARD,
            List.of(address),
            Strategy.ORDERED,
            Duration.ofMillis(400),
            false));
  }

  void identity(Optional<String> identity, boolean version) {
    service =
        new ServiceSettings(
            service.udp(),
            service.udpPayloadSize(),
            identity,
            version,
            service.cookies(),
            service.mdns(),
            service.privateReverse());
  }

  void cookies(Cookies cookies) {
    service =
        new ServiceSettings(
            service.udp(),
            service.udpPayloadSize(),
            service.identity(),
            service.version(),
            cookies,
            service.mdns(),
            service.privateReverse());
  }

  void mdns(Mdns mdns) {
    service =
        new ServiceSettings(
            service.udp(),
            service.udpPayloadSize(),
            service.identity(),
            service.version(),
            service.cookies(),
            mdns,
            service.privateReverse());
  }

  private Settings settings() {
    Settings base = world.settings(strategy, stale);
    CacheSettings cache =
        new CacheSettings(
            base.cache().sizeBytes(),
            minTtl,
            maxTtl,
            base.cache().maxNegativeTtl(),
            Optional.empty(),
            base.cache().saveInterval(),
            stale,
            prefetch);
    List<RouteSettings> all = new ArrayList<>(base.routes());
    all.addAll(routes);
    return new Settings(
        base.listen(),
        base.threads(),
        base.access(),
        all,
        base.recursion(),
        base.validation(),
        cache,
        service,
        LimitSettings.defaults(),
        base.http(),
        base.control(),
        base.log());
  }

  /** Starts the resolver on first use; settings are fixed from then on. */
  SimulatedClient client() {
    if (client == null) {
      client = world.start(settings());
    }
    return client;
  }

  Asked resolve(String name) {
    return client().resolve(name, Type.A);
  }

  Asked resolve(String name, int type) {
    return client().resolve(name, type);
  }

  void pass(Duration duration) {
    world.pass(duration);
  }

  void passSeconds(long seconds) {
    world.pass(Duration.ofSeconds(seconds));
  }

  /** Lets the world go on until so long after its beginning. */
  void passUntil(Duration elapsed) {
    world.pass(elapsed.minus(world.tasks().elapsed()));
  }

  /** Exchanges about a question, written {@code www.example. A}, probes included. */
  int exchanges(String question) {
    return (int)
        world.network().sent().stream()
            .filter(sent -> sent.question().equalsIgnoreCase(question))
            .count();
  }

  /** Exchanges with one upstream about a question. */
  int exchanges(int upstream, String question) {
    return (int)
        world.network().sentTo(world.endpoint(upstream)).stream()
            .filter(sent -> sent.question().equalsIgnoreCase(question))
            .count();
  }

  @Override
  public void close() {
    try {
      if (client != null) {
        pass(Duration.ofSeconds(10));
        world.checkInvariants();
      }
    } finally {
      world.close();
    }
  }
}
