package dev.namewell.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.engine.Engine;
import dev.namewell.core.engine.Environment;
import dev.namewell.core.port.Memo;
import dev.namewell.core.settings.AccessSettings;
import dev.namewell.core.settings.AccessSettings.Outsiders;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.Network;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.settings.RootZoneSource;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.RouteSettings.Strategy;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.settings.ServiceSettings.Mdns;
import dev.namewell.core.settings.ServiceSettings.UdpForm;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A whole resolver with its upstreams and one client, in virtual time. */
public final class World implements AutoCloseable {
  public static final Stale STALE =
      new Stale(Duration.ofDays(1), Duration.ofSeconds(30), Duration.ofMillis(1800));

  private static final int CACHE_OCTETS = 16 << 20;
  private static final int TCP_KEEPALIVE = 100;

  private final long seed;
  private final SimulatedTasks tasks;
  private final SimulatedTime time;
  private final SimulatedNetwork network;
  private final SimulatedZone zone;
  private final Recorder events;
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private Memo memo = Memo.NONE;
  private @Nullable Engine engine;

  /**
   * @param zoneText what all upstreams know
   */
  public World(long seed, String zoneText) {
    this.seed = seed;
    tasks = new SimulatedTasks(seed);
    time = new SimulatedTime(tasks, seed);
    network = new SimulatedNetwork(tasks, seed);
    zone = new SimulatedZone(zoneText);
    events = new Recorder(tasks);
  }

  /** One more upstream, asked after those before it. */
  public Endpoint upstream(Duration roundTrip, Duration jitter) {
    return upstream(zone, roundTrip, jitter);
  }

  /** One more upstream, which knows other records than the rest. */
  public Endpoint upstream(SimulatedZone known, Duration roundTrip, Duration jitter) {
    SimulatedServer server = new SimulatedServer(known, true, seed + servers.size());
    Endpoint endpoint = network.add("192.0.2." + (servers.size() + 1), server, roundTrip, jitter);
    servers.add(server);
    endpoints.add(endpoint);
    return endpoint;
  }

  /** One more upstream, 20 ms away. */
  public Endpoint upstream() {
    return upstream(Duration.ofMillis(20), Duration.ZERO);
  }

  /** What is left of an earlier life. To be given before the start. */
  public World remembering(Memo remembered) {
    memo = remembered;
    return this;
  }

  /** Starts the engine and returns its client. */
  public SimulatedClient start(Strategy strategy) {
    return start(settings(strategy, Optional.of(STALE)));
  }

  /** Starts the engine and returns its client. */
  public SimulatedClient start(Settings settings) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
    Environment environment =
        new Environment(
            network, tasks, time, events, random, memo, () -> TCP_KEEPALIVE, Optional::empty);
    Engine assembled = Engine.assemble(environment, settings);
    engine = assembled;
    return new SimulatedClient(this, assembled.handler(events));
  }

  /** Settings of a resolver that begins at these root servers. */
  public Settings recursive(List<RootServer> hints, boolean minimise, boolean ipv6) {
    return recursive(hints, minimise, ipv6, ValidationSettings.off());
  }

  /** The same with DNSSEC validation. */
  public Settings recursive(
      List<RootServer> hints, boolean minimise, boolean ipv6, ValidationSettings validation) {
    return recursive(hints, minimise, ipv6, validation, Optional.empty());
  }

  /** The same with stale answers. */
  Settings recursive(
      List<RootServer> hints,
      boolean minimise,
      boolean ipv6,
      ValidationSettings validation,
      Optional<Stale> stale) {
    return settings(
        RouteSettings.recursive(DnsName.ROOT),
        new RecursionSettings(hints, Optional.empty(), minimise, true, ipv6),
        validation,
        stale);
  }

  /** The same with more routes, and a copy of the root zone. */
  public static Settings routed(
      Settings base, List<RouteSettings> more, Optional<RootZoneSource> rootZone) {
    List<RouteSettings> routes = new ArrayList<>(more);
    RecursionSettings recursion = base.recursion();
    routes.addAll(base.routes());
    return new Settings(
        base.listen(),
        base.threads(),
        base.access(),
        routes,
        new RecursionSettings(
            recursion.rootHints(),
            rootZone,
            recursion.qnameMinimisation(),
            recursion.ipv4(),
            recursion.ipv6()),
        base.validation(),
        base.cache(),
        base.service(),
        base.limits(),
        base.http(),
        base.control(),
        base.log());
  }

  public Settings settings(Strategy strategy, Optional<Stale> stale) {
    List<Address> addresses =
        endpoints.stream()
            .map(e -> new Address(e.address().getAddress(), e.address().getPort()))
            .toList();
    RouteSettings route =
        new RouteSettings(
            DnsName.ROOT, Mode.FORWARD, addresses, strategy, Duration.ofMillis(400), false);
    return settings(route, RecursionSettings.defaults(), ValidationSettings.off(), stale);
  }

  private static Settings settings(
      RouteSettings route,
      RecursionSettings recursion,
      ValidationSettings validation,
      Optional<Stale> stale) {
    return new Settings(
        List.of(),
        1,
        new AccessSettings(
            List.of(new Network(InetAddress.getLoopbackAddress(), 32)), Outsiders.REFUSE),
        List.of(route),
        recursion,
        validation,
        new CacheSettings(
            CACHE_OCTETS,
            Duration.ZERO,
            Duration.ofDays(1),
            Duration.ofHours(1),
            Optional.empty(),
            Duration.ofHours(1),
            stale,
            true),
        new ServiceSettings(
            UdpForm.AUTO, 1232, Optional.empty(), false, Cookies.ON, Mdns.DENY, true),
        LimitSettings.defaults(),
        Optional.empty(),
        Optional.empty(),
        new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT, false));
  }

  public SimulatedTasks tasks() {
    return tasks;
  }

  public SimulatedTime time() {
    return time;
  }

  public SimulatedNetwork network() {
    return network;
  }

  public SimulatedZone zone() {
    return zone;
  }

  public Recorder events() {
    return events;
  }

  public Engine engine() {
    return Objects.requireNonNull(engine, "not started");
  }

  /** The server that was added so many before; 0 is the first. */
  public SimulatedServer server(int index) {
    return servers.get(index);
  }

  /** The address of the server that was added so many before. */
  public Endpoint endpoint(int index) {
    return endpoints.get(index);
  }

  /** Lets the world go on. */
  public void pass(Duration duration) {
    tasks.runFor(duration);
  }

  /** What must hold in every world, whatever goes wrong in it. */
  public void checkInvariants() {
    assertThat(events.defects()).as("defects").isEmpty();
    assertThat(network.violations()).as("violations").isEmpty();
    assertThat(engine().resolutions().inFlight()).as("resolutions in flight").isZero();
    assertThat(engine().resolutions().waiting()).as("waiting clients").isZero();
  }

  @Override
  public void close() {
    tasks.close();
  }
}
