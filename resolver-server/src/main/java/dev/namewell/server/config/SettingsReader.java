package dev.namewell.server.config;

import dev.namewell.core.iterate.RootHints;
import dev.namewell.core.settings.AccessSettings;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.Limit;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.Network;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.server.config.Tree.Section;
import dev.namewell.server.config.value.Addresses;
import dev.namewell.server.config.value.Units;
import dev.namewell.server.config.value.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All keys, in the order in which they are documented. */
final class SettingsReader {
  private static final int HTTP_PORT = 9153;
  private static final int MAX_THREADS = 1024;

  /** TXT strings and NSID are read by people (RFC 1035 §3.3.14 would allow 255). */
  private static final int MAX_IDENTITY = 63;

  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final Duration ONE_HOUR = Duration.ofHours(1);

  private static final ValueType<Address> LISTEN = Addresses.address(Addresses.DNS_PORT, 0);

  private final Surroundings surroundings;
  private final Problems problems;

  SettingsReader(Surroundings surroundings, Problems problems) {
    this.surroundings = surroundings;
    this.problems = problems;
  }

  /** Every key there is, found by reading nothing. */
  static List<Key> declarations() {
    Surroundings none =
        new Surroundings(
            List.of(),
            List::of,
            Path.of("/run/namewell/control.sock"),
            64L << 20,
            Optional.empty());
    Fields fields = new Fields(Section.empty(""), "", new Problems());
    new SettingsReader(none, new Problems()).readAll(fields);
    return fields.keys();
  }

  /** Empty only where problems have been added; with problems the settings may be half true. */
  Optional<Settings> read(Section root) {
    Fields fields = new Fields(root, "", problems);
    Optional<Settings> settings = readAll(fields);
    fields.reportUnknown();
    return settings;
  }

  ConfigSource.Glance glance(Section root) {
    Fields fields = new Fields(root, "", problems);
    return new ConfigSource.Glance(listen(fields), control(fields));
  }

  private Optional<Settings> readAll(Fields fields) {
    List<Address> listen = listen(fields);
    ServiceSettings.UdpForm udp =
        fields.one(
            "udp",
            ValueType.choice(ServiceSettings.UdpForm.class),
            ServiceSettings.UdpForm.AUTO,
            "Form of the UDP sockets: batched (Linux, many packets per system call), portable, or"
                + " auto: batched where a trial packet gets through.");
    int threads =
        fields
            .computed(
                "threads",
                ValueType.whole(1, MAX_THREADS),
                "2",
                "Event loops. Default: one for each processor.")
            .orElse(0);
    AccessSettings access = access(fields);
    List<RouteSettings> routes = new RouteReader(surroundings, problems, listen).read(fields);
    CacheSettings cache =
        fields.below("cache", "What is remembered, and for how long.", this::cache);
    RecursionSettings recursion = recursion(fields);
    ValidationSettings validation = validation(fields, routes);
    warnOfForeignRoot(fields, routes, recursion, validation);
    ServiceSettings service =
        fields.below("service", "How replies look.", below -> service(below, udp));
    LimitSettings limits =
        fields.below(
            Limit.SECTION,
            "Bounds on work and connections. Each one that is reached is counted by its name.",
            new LimitsReader()::read);
    Optional<Address> http =
        fields.one(
            "http",
            Addresses.address(HTTP_PORT, 0).or("off"),
            Optional.of(Addresses.parse("127.0.0.1", HTTP_PORT)),
            "Where /metrics, /health/live and /health/ready are served, without any access"
                + " control; off for nowhere.");
    Optional<Path> control = control(fields);
    LogSettings log =
        fields.below("log", "What is written to standard output.", SettingsReader::log);
    if (routes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Settings(
            listen,
            threads,
            access,
            routes,
            recursion,
            validation,
            cache,
            service,
            limits,
            http,
            control,
            log));
  }

  private static RecursionSettings recursion(Fields fields) {
    return fields.below(
        "recursion",
        "How names are resolved from the root down, where the mode is recursive.",
        new RecursionReader()::read);
  }

  private ValidationSettings validation(Fields fields, List<RouteSettings> routes) {
    boolean fromRoot =
        routes.stream().anyMatch(route -> route.zone().isRoot() && route.mode() == Mode.RECURSIVE);
    return fields.below(
        "dnssec",
        "Validation (RFC 4035).",
        new ValidationReader(fromRoot, surroundings.stateDirectory())::read);
  }

  /** A root of one's own signs with keys of its own. */
  private static void warnOfForeignRoot(
      Fields fields,
      List<RouteSettings> routes,
      RecursionSettings recursion,
      ValidationSettings validation) {
    boolean asked =
        routes.stream().anyMatch(route -> route.mode() == Mode.RECURSIVE || route.fallback());
    boolean trusted =
        validation.anchors().equals(ValidationReader.builtIn())
            && validation.negativeAnchors().stream().noneMatch(each -> each.zone().isRoot());
    if (asked
        && trusted
        && validation.mode() != ValidationSettings.Mode.OFF
        && !recursion.rootHints().isEmpty()
        && !RootHints.areOfIana(recursion.rootHints())) {
      fields.warn(
          "recursion",
          "root-hints",
          "has none of IANA's root servers, but what they say is proved by IANA's keys of the root:"
              + " if this is another root, every name is bogus (to mend: name its keys in"
              + " dnssec.trust-anchors, or set dnssec.validation: off)");
    }
  }

  private static List<Address> listen(Fields fields) {
    return fields.many(
        "listen",
        LISTEN,
        List.of(Addresses.parse("127.0.0.1", 5300), Addresses.parse("::1", 5300)),
        "Addresses where queries are taken, over UDP and TCP each. A server for a network listens"
            + " on \"0.0.0.0:53\" and \"[::]:53\".");
  }

  private Optional<Path> control(Fields fields) {
    return fields
        .computed(
            "control",
            ValueType.path().or("off"),
            "/run/namewell/control.sock",
            "Unix domain socket of `namewell control`, open to the same user only; off for none."
                + " Default: control.sock in /run/namewell for root, else in"
                + " $XDG_RUNTIME_DIR/namewell, else in /tmp/namewell-UID.")
        .orElse(Optional.of(surroundings.controlSocket()));
  }

  private static AccessSettings access(Fields fields) {
    List<Network> own = new ArrayList<>();
    ValueType<Network> network = Addresses.network();
    for (String text :
        List.of(
            "127.0.0.0/8",
            "::1/128",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "fc00::/7",
            "fe80::/10")) {
      own.add(network.reader().apply(text));
    }
    List<Network> allow =
        fields.many(
            "allow",
            network,
            own,
            "Networks whose clients are served. The default is this machine and private networks:"
                + " a resolver that is open to all is misused for attacks.");
    for (int i = 0; i < allow.size(); i++) {
      if (allow.get(i).prefixLength() == 0) {
        fields.warn(
            "allow", i, allow.get(i) + " serves everyone: an open resolver is misused for attacks");
      }
    }
    AccessSettings.Outsiders outsiders =
        fields.one(
            "outsiders",
            ValueType.choice(AccessSettings.Outsiders.class),
            AccessSettings.Outsiders.REFUSE,
            "What all other clients get: REFUSED, or silence.");
    return new AccessSettings(allow, outsiders);
  }

  private CacheSettings cache(Fields fields) {
    long size =
        fields
            .computed(
                "size",
                Units.size(1L << 20, 1L << 40),
                "64MiB",
                "Memory for answers. Default: 64MiB, but at most a quarter of the heap.")
            .orElse(surroundings.cacheBytes());
    Duration minTtl =
        fields.one(
            "min-ttl",
            Units.duration(Duration.ZERO, ONE_DAY),
            Duration.ZERO,
            "Shorter TTLs are raised to this, but of answers that are proved (RFC 4035 §5.3.3)."
                + " Above 0s, answers outlive what their owner said.");
    Duration maxTtl =
        fields.one(
            "max-ttl",
            Units.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            ONE_DAY,
            "Longer TTLs are cut to this.");
    if (minTtl.compareTo(maxTtl) > 0) {
      fields.problem("min-ttl", "is above max-ttl (allowed: at most " + Units.write(maxTtl) + ")");
    }
    Duration maxNegative =
        fields.one(
            "max-negative-ttl",
            Units.duration(Duration.ofSeconds(1), ONE_DAY),
            ONE_HOUR,
            "The same for NXDOMAIN and NODATA (RFC 2308 §5).");
    Optional<Path> file =
        fields.one(
            "file",
            ValueType.path().or("off"),
            Optional.empty(),
            "Where answers are kept over a restart, as /var/lib/namewell/cache.");
    Duration saved =
        fields.one(
            "save-interval",
            Units.duration(Duration.ofSeconds(10), ONE_DAY),
            Duration.ofMinutes(5),
            "Time between two saves while running.");
    Optional<CacheSettings.Stale> stale =
        fields.belowOrOff(
            "stale",
            "Expired answers while no upstream answers (RFC 8767); `stale: off` for none.",
            SettingsReader::stale);
    boolean prefetch =
        fields.one(
            "prefetch",
            ValueType.onOff(),
            true,
            "Names that are asked again and again are renewed shortly before they expire.");
    return new CacheSettings(size, minTtl, maxTtl, maxNegative, file, saved, stale, prefetch);
  }

  private static CacheSettings.Stale stale(Fields fields) {
    return new CacheSettings.Stale(
        fields.one(
            "max-age",
            Units.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            ONE_DAY,
            "How long after its expiry an answer may still be used."),
        fields.one(
            "answer-ttl",
            Units.duration(Duration.ofSeconds(1), ONE_HOUR),
            Duration.ofSeconds(30),
            "TTL in such replies."),
        fields.one(
            "wait",
            Units.duration(Duration.ZERO, Duration.ofSeconds(10)),
            Duration.ofMillis(1800),
            "How long a client waits for a fresh answer first; stub resolvers ask again after two"
                + " seconds or more."));
  }

  private static ServiceSettings service(Fields fields, ServiceSettings.UdpForm udp) {
    int payload =
        fields.one(
            "udp-payload-size",
            ValueType.whole(512, 4096),
            1232,
            "Octets of the largest UDP reply, and the size offered to upstreams. 1232 fits every"
                + " path without fragments (RFC 9715).");
    Optional<String> identity =
        fields.one(
            "identity",
            ValueType.text(MAX_IDENTITY).or("hidden"),
            Optional.empty(),
            "Answer to id.server. CH TXT and to NSID (RFC 4892, 5001).");
    boolean version =
        fields.one("version", ValueType.onOff(), true, "Whether version.bind. CH TXT is answered.");
    ServiceSettings.Cookies cookies =
        fields.one(
            "cookies",
            ValueType.choice(ServiceSettings.Cookies.class),
            ServiceSettings.Cookies.ON,
            "Cookies for clients that send theirs (RFC 7873, 9018); required: UDP is answered only"
                + " with a valid one, else with BADCOOKIE, or with TC to a client without"
                + " cookies.");
    ServiceSettings.Mdns mdns =
        fields.one(
            "mdns",
            ValueType.choice(ServiceSettings.Mdns.class),
            ServiceSettings.Mdns.DENY,
            "Names below local. (RFC 6762 §22.1): deny answers NXDOMAIN, forward asks upstreams.");
    boolean reverse =
        fields.one(
            "private-reverse",
            ValueType.onOff(),
            true,
            "Reverse zones of private addresses are answered here and never asked outside (RFC"
                + " 6303), unless a route says otherwise.");
    return new ServiceSettings(udp, payload, identity, version, cookies, mdns, reverse);
  }

  private static LogSettings log(Fields fields) {
    return new LogSettings(
        fields.one(
            "level",
            ValueType.choice(LogSettings.Level.class),
            LogSettings.Level.INFO,
            "Least level that is written: error, warn, info, debug or trace."),
        fields.one(
            "format",
            ValueType.choice(LogSettings.Format.class),
            LogSettings.Format.TEXT,
            "text, or json: one object a line."),
        fields.one(
            "queries",
            ValueType.onOff(),
            false,
            "One line for each query: client, question, source, rcode, latency."));
  }
}
