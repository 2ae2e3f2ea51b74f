package dev.namewell.core.sim;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.settings.RootZoneSource;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/** Authoritative servers from the root down, and a resolver that has to find its way. */
public final class Internet implements AutoCloseable {
  private static final String ROOT_SERVER = "198.41.0.4";

  private final World world;
  private final Map<String, AuthoritativeServer> servers = new HashMap<>();
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private boolean minimise = true;
  private ValidationSettings validation = ValidationSettings.off();
  private final List<RouteSettings> routes = new ArrayList<>();
  private Optional<Stale> stale = Optional.empty();
  private Optional<RootZoneSource> rootZone = Optional.empty();
  private @Nullable SimulatedClient client;

  public Internet(long seed) {
    world = new World(seed, "");
  }

  /** The server at an address, 20 ms away; a new one with no zone at first. */
  public AuthoritativeServer server(String ip) {
    return servers.computeIfAbsent(
        ip,
        address -> {
          AuthoritativeServer server = new AuthoritativeServer();
          endpoints.put(
              address, world.network().add(address, server, Duration.ofMillis(20), Duration.ZERO));
          return server;
        });
  }

  public AuthoritativeServer root() {
    return server(ROOT_SERVER);
  }

  public Endpoint endpoint(String ip) {
    server(ip);
    return Objects.requireNonNull(endpoints.get(ip));
  }

  /** From its address on everything is wrong, as said. */
  public void fault(String ip, Fault fault) {
    world.network().fault(endpoint(ip), fault);
  }

  /** What is proved, and from where. */
  public Internet validating(ValidationSettings settings) {
    validation = settings;
    return this;
  }

  /** A zone with a server of its own; where that fails, recursion if {@code fallback}. */
  public Internet route(String zone, Mode mode, String ip, boolean fallback) {
    routes.add(
        new RouteSettings(
            DnsName.parse(zone),
            mode,
            mode == Mode.RECURSIVE
                ? List.of()
                : List.of(new Address(InetAddress.ofLiteral(ip), 53)),
            RouteSettings.Strategy.ORDERED,
            Duration.ofMillis(400),
            fallback));
    return this;
  }

  /** No zone has a server of its own any more. */
  public Internet withoutRoutes() {
    routes.clear();
    return this;
  }

  /** Where the resolver takes a copy of the root zone from. */
  public Internet rootZone(RootZoneSource source) {
    rootZone = Optional.of(source);
    return this;
  }

  /** Answers that have expired stand in where no others can be had. */
  public Internet servingStale() {
    stale = Optional.of(World.STALE);
    return this;
  }

  /** Servers are shown whole names. */
  public Internet withoutMinimisation() {
    minimise = false;
    return this;
  }

  public World world() {
    return world;
  }

  /** Starts the resolver on first use. */
  public SimulatedClient client() {
    if (client == null) {
      client = world.start(settings());
    }
    return client;
  }

  private Settings settings() {
    Settings recursive =
        world.recursive(
            List.of(
                new RootServer(
                    DnsName.parse("a.root-servers.net."),
                    List.of(new Address(InetAddress.ofLiteral(ROOT_SERVER), 53)))),
            minimise,
            true,
            validation,
            stale);
    return World.routed(recursive, routes, rootZone);
  }

  /** The running resolver reads its configuration again: now this is proved, and from there. */
  public void reload(ValidationSettings settings) {
    validation = settings;
    world.engine().apply(settings());
  }

  public Asked resolve(String name) {
    return resolve(name, Type.A);
  }

  public Asked resolve(String name, int type) {
    return client().resolve(name, type);
  }

  /** Queries sent so far, to anybody. */
  public int sent() {
    return world.network().sent().size();
  }

  /** Checks what must hold in every world. */
  @Override
  public void close() {
    try {
      world.pass(Duration.ofSeconds(15));
      world.checkInvariants();
    } finally {
      world.close();
    }
  }
}
