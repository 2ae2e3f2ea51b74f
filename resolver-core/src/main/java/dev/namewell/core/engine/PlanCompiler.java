package dev.namewell.core.engine;

import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.forward.Upstreams;
import dev.namewell.core.iterate.Delegations;
import dev.namewell.core.iterate.IterativeResolver;
import dev.namewell.core.policy.AccessRules;
import dev.namewell.core.policy.Policy;
import dev.namewell.core.resolve.AliasChasingResolver;
import dev.namewell.core.resolve.FallbackResolver;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.resolve.RoutingResolver;
import dev.namewell.core.rootzone.RootZoneCopy;
import dev.namewell.core.rootzone.RootZoneKeeper;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.validate.ValidatingResolver;
import dev.namewell.core.validate.anchor.AnchorMemory;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.DenialCache;
import dev.namewell.core.wire.ReplyWriter;
import dev.namewell.core.wire.ServerCookies;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a plan of settings. What is known about servers is shared by all plans. */
final class PlanCompiler {
  /** RRsets from which recursion makes its answers take so much beside the answers: a quarter. */
  private static final int RRSET_SHARE = 4;

  /** And denials of a whole span of names each a sixteenth. */
  private static final int DENIAL_SHARE = 16;

  private final Environment world;
  private final Executor maintenance;
  private final ServerCookies cookies;
  private final ServerClient.Ports ports;
  private final ServerMemories memories;
  private final ServerClient client;
  private final RrsetCache rrsets;
  private final DenialCache denials;
  private final Delegations delegations;
  private final RootZoneCopy rootZone = new RootZoneCopy();
  private final ServerHealth rootHealth = new ServerHealth();
  private final AnchorMemory anchors;
  private volatile @Nullable ValidatingResolver validating;
  private @Nullable Proving proving;
  private int epoch;

  /**
   * @param maintenance runs the housekeeping of caches
   */
  PlanCompiler(Environment world, CacheSettings cache, Executor maintenance) {
    this.world = world;
    this.maintenance = maintenance;
    cookies = new ServerCookies(() -> world.time().wallClock().getEpochSecond(), world.random());
    rrsets = new RrsetCache(cache.sizeBytes() / RRSET_SHARE, cache, maintenance);
    denials = new DenialCache(cache.sizeBytes() / DENIAL_SHARE, maintenance);
    delegations = new Delegations(maintenance);
    ports =
        new ServerClient.Ports(
            world.exchange(), world.tasks(), world.time(), world.events(), world.random());
    anchors = new AnchorMemory(world.memo(), world.time(), world.events());
    memories = new ServerMemories(world.random());
    client = new ServerClient(ports);
  }

  Plan compile(Settings settings) {
    byte[] nsid = settings.service().identity().orElse("").getBytes(StandardCharsets.UTF_8);
    rrsets.apply(settings.cache());
    Upstreams upstreams = new Upstreams(settings.routes(), memories, client, ports);
    IterativeResolver recursion = recursion(settings);
    Resolver resolver =
        resolver(settings, new RoutingResolver(routes(settings, upstreams, recursion)));
    return new Plan(
        settings,
        new AccessRules(settings.access().allow()),
        settings.access().outsiders(),
        new Policy(settings.service(), settings.routes()),
        new ReplyWriter.Options(
            settings.service().udpPayloadSize(),
            nsid,
            world.tcpKeepalive(),
            settings.service().cookies() == Cookies.OFF ? null : cookies),
        new Means(
            resolver,
            settings.limits(),
            settings.cache().stale().map(Stale::clientWait).orElse(null),
            upstreams::isForwarded,
            epoch(Proving.of(settings))),
        upstreams,
        recursion,
        keeper(settings),
        settings.cache().stale().map(stale -> (int) stale.answerTtl().toSeconds()).orElse(0));
  }

  private int epoch(Proving now) {
    if (!now.equals(proving)) {
      proving = now;
      epoch++;
    }
    return epoch;
  }

  private Resolver resolver(Settings settings, Route routes) {
    stop();
    validating = null;
    if (settings.validation().mode() == ValidationSettings.Mode.OFF) {
      return new AliasChasingResolver(routes);
    }
    ValidatingResolver made =
        new ValidatingResolver(
            routes,
            settings.validation(),
            Proving.of(settings).routed(),
            new ValidatingResolver.Outside(
                ports.time(),
                ports.tasks(),
                ports.events(),
                rrsets,
                denials,
                anchors,
                maintenance,
                world.cryptography()));
    validating = made;
    return made;
  }

  private RootZoneKeeper keeper(Settings settings) {
    ValidatingResolver prover = validating;
    return new RootZoneKeeper(
        settings.recursion().rootZone(),
        new RootZoneKeeper.Memory(memories, rootZone),
        client,
        ports,
        prover == null ? null : prover::trouble);
  }

  private static Map<DnsName, Route> routes(
      Settings settings, Upstreams upstreams, IterativeResolver recursion) {
    Map<DnsName, Route> routes = new HashMap<>(upstreams.routes());
    Set<DnsName> replaced =
        settings.routes().stream()
            .filter(route -> route.mode() == Mode.STUB && route.fallback())
            .map(RouteSettings::zone)
            .collect(Collectors.toUnmodifiableSet());
    Route fallback = recursion.without(replaced);
    for (RouteSettings route : settings.routes()) {
      routes.putIfAbsent(route.zone(), recursion);
      if (route.fallback()) {
        routes.compute(route.zone(), (zone, first) -> new FallbackResolver(first, fallback));
      }
    }
    return routes;
  }

  private IterativeResolver recursion(Settings settings) {
    return new IterativeResolver(
        settings.recursion(),
        settings.routes().stream().filter(route -> route.mode() == Mode.STUB).toList(),
        new IterativeResolver.Memory(memories, rrsets, delegations, rootZone, rootHealth),
        client,
        ports);
  }

  /**
   * Begins to look after what the latest plan trusts. Once for each plan.
   *
   * @param ended called with each zone whose negative trust anchor has ended
   */
  void start(Consumer<DnsName> ended) {
    ValidatingResolver latest = validating;
    if (latest != null) {
      latest.start(ended);
    }
  }

  /** Ends what {@link #start} began. */
  void stop() {
    ValidatingResolver latest = validating;
    if (latest != null) {
      latest.stop();
    }
  }

  /** What was learned and said about trust. */
  AnchorMemory anchors() {
    return anchors;
  }

  /** What the latest plan trusts; empty where it validates nothing. */
  Optional<TrustAnchors.View> trust() {
    return Optional.ofNullable(validating).map(ValidatingResolver::trust);
  }

  Delegations delegations() {
    return delegations;
  }

  RootZoneCopy rootZone() {
    return rootZone;
  }

  ServerMemories servers() {
    return memories;
  }

  /** Forgets what was learned from authoritative servers about a name, or all names within it. */
  void flush(DnsName name, boolean subtree) {
    rrsets.flush(name, subtree);
    denials.flush(name, subtree);
    delegations.flush(name);
    ValidatingResolver latest = validating;
    if (latest != null) {
      latest.flush();
    }
  }
}
