package dev.namewell.core.rpl;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.World;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The head of a scenario: settings of Unbound, and what Deckard makes of them. */
final class Configuration {
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|'[^']*'|[^\\s\"']+");
  private static final Pattern KEY = Pattern.compile("([a-z][a-z0-9-]*):(.*)");
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
  private static final String NOBODY = "192.0.2.254";
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /** Settings that do not matter to what is played here, or that Namewell leaves no choice of. */
  private static final Set<String> HARMLESS =
      Set.of(
          "server",
          "access-control",
          "discard-timeout",
          "disable-edns-do",
          "do-not-query-localhost",
          "ede",
          "fake-dsa",
          "fake-sha1",
          "features",
          "harden-referral-path",
          "iter-scrub-promiscuous",
          "log-servfail",
          "minimal-responses",
          "outbound-msg-retry",
          "rrset-roundrobin",
          "stub-name",
          "stub-prime",
          "target-fetch-policy",
          "trust-anchor-signaling",
          "val-log-level",
          "val-max-restart");

  private final List<Address> hints = new ArrayList<>();
  private final List<RouteSettings> routes = new ArrayList<>();
  private final Map<DnsName, TrustAnchor> anchors = new TreeMap<>();
  private final List<DnsName> insecure = new ArrayList<>();
  private final Map<String, String> simple = new TreeMap<>();
  private Zone zone = new Zone(Mode.STUB);
  private @Nullable String unsupported;

  /** A zone with servers of its own, as far as it has been read. */
  private static final class Zone {
    private Mode mode;
    private String apex = ".";
    private boolean first;
    private final List<Address> addresses = new ArrayList<>();

    Zone(Mode mode) {
      this.mode = mode;
    }
  }

  private void cannot(String what) {
    if (unsupported == null) {
      unsupported = what;
    }
  }

  /** What is asked for and cannot be given; null if there is nothing. */
  @Nullable String unsupported() {
    boolean nobody = hints.isEmpty() && routes.isEmpty();
    return unsupported == null && nobody ? "servers" : unsupported;
  }

  /** One line without comment. */
  void read(String line) throws IOException {
    String key = null;
    StringBuilder value = new StringBuilder();
    for (Matcher token = TOKEN.matcher(line); token.find(); ) {
      String word = token.group();
      if (word.startsWith("#")) {
        break;
      }
      Matcher begin = KEY.matcher(word);
      if (begin.matches() && (key == null || begin.group(2).isEmpty())) {
        set(key, value.toString().strip());
        key = begin.group(1);
        value = new StringBuilder(begin.group(2));
      } else if (!word.equals(":")) {
        boolean quoted = word.startsWith("\"") || word.startsWith("'");
        value.append(' ').append(quoted ? word.substring(1, word.length() - 1) : word);
      }
    }
    set(key, value.toString().strip());
  }

  /** No line is left. */
  void end() {
    end(zone);
  }

  private void set(@Nullable String key, String value) throws IOException {
    switch (key) {
      case null -> {}
      case "stub-zone" -> begin(Mode.STUB);
      case "forward-zone" -> begin(Mode.FORWARD);
      case "name" -> zone.apex = value.endsWith(".") ? value : value + ".";
      case "stub-addr" -> zone.addresses.add(address(value));
      case "forward-addr" -> {
        zone.mode = Mode.FORWARD;
        zone.addresses.add(address(value));
      }
      case "stub-first", "forward-first" -> zone.first = yes(value);
      case "trust-anchor" -> addAnchor(value);
      case "domain-insecure" -> insecure.add(DnsName.parse(value));
      case "module-config" -> {
        simple.put(key, value);
        if (value.contains("dns64") || value.contains("subnetcache")) {
          cannot(value);
        }
      }
      case "local-zone" -> {
        if (!value.endsWith("nodefault")) {
          cannot(key);
        }
      }
      case "harden-glue", "harden-below-nxdomain" -> {
        if (!yes(value)) {
          cannot(key + " off");
        }
      }
      case "aggressive-nsec",
          "do-ip4",
          "do-ip6",
          "ede-serve-expired",
          "nsid",
          "prefetch",
          "qname-minimisation",
          "query-minimization",
          "serve-expired",
          "serve-expired-client-timeout",
          "serve-expired-reply-ttl",
          "serve-expired-ttl",
          "val-override-date",
          "val-override-timestamp" ->
          simple.put(key, value);
      default -> {
        if (!HARMLESS.contains(key)) {
          cannot(key);
        }
      }
    }
  }

  private static Address address(String text) {
    return new Address(InetAddress.ofLiteral(text.replaceFirst("[@#].*", "")), 53);
  }

  private static boolean yes(String value) {
    return value.equals("yes") || value.equals("on");
  }

  private boolean is(String key, boolean otherwise) {
    String value = simple.get(key);
    return value == null ? otherwise : yes(value);
  }

  private Duration time(String key, long otherwise, Duration unit) {
    return unit.multipliedBy(Long.parseLong(simple.getOrDefault(key, "" + otherwise)));
  }

  private void addAnchor(String text) throws IOException {
    Record record = Scenario.read(text);
    DnsName owner = DnsName.parse(record.getName().toString());
    byte[] rdata = record.rdataToWireCanonical();
    TrustAnchor before = anchors.getOrDefault(owner, new TrustAnchor(owner, List.of(), List.of()));
    List<byte[]> ds = new ArrayList<>(before.ds());
    List<byte[]> keys = new ArrayList<>(before.dnskeys());
    (record.getType() == Type.DS ? ds : keys).add(rdata);
    anchors.put(owner, new TrustAnchor(owner, ds, keys));
  }

  private void begin(Mode mode) {
    end(zone);
    zone = new Zone(mode);
  }

  private void end(Zone zone) {
    if (zone.addresses.isEmpty()) {
      return;
    }
    if (zone.mode == Mode.STUB && zone.apex.equals(".") && !zone.first) {
      hints.addAll(zone.addresses);
      return;
    }
    routes.add(
        new RouteSettings(
            DnsName.parse(zone.apex),
            zone.mode,
            zone.addresses,
            RouteSettings.Strategy.ORDERED,
            PATIENCE,
            zone.first));
  }

  /** Every server that is named here. */
  List<String> addresses() {
    List<Address> all = new ArrayList<>(hints);
    routes.forEach(route -> all.addAll(route.upstreams()));
    return all.stream().map(each -> each.ip().getHostAddress()).toList();
  }

  /** When it is, if that matters; the epoch: whenever the signatures are valid. */
  Optional<Instant> date() {
    String text = simple.getOrDefault("val-override-date", simple.get("val-override-timestamp"));
    if (text == null || text.isEmpty() || text.equals("0")) {
      return Optional.empty();
    }
    if (text.equals("-1")) {
      return Optional.of(Instant.EPOCH);
    }
    return Optional.of(
        text.length() == 14
            ? LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC)
            : Instant.ofEpochSecond(Long.parseLong(text)));
  }

  private ValidationSettings validation() {
    boolean validator = simple.getOrDefault("module-config", "validator").contains("validator");
    return anchors.isEmpty() || !validator
        ? ValidationSettings.off()
        : new ValidationSettings(
            ValidationSettings.Mode.ON,
            List.copyOf(anchors.values()),
            insecure,
            is("aggressive-nsec", false));
  }

  private CacheSettings cache(CacheSettings base) {
    Duration second = Duration.ofSeconds(1);
    Stale stale =
        new Stale(
            time("serve-expired-ttl", 86_400, second),
            time("serve-expired-reply-ttl", 30, second),
            time("serve-expired-client-timeout", 0, Duration.ofMillis(1)));
    return new CacheSettings(
        base.sizeBytes(),
        base.minTtl(),
        base.maxTtl(),
        base.maxNegativeTtl(),
        base.file(),
        base.saveInterval(),
        is("serve-expired", false) ? Optional.of(stale) : Optional.empty(),
        is("prefetch", false));
  }

  /**
   * As Namewell has it.
   *
   * @param names of the root's servers by address
   */
  Settings settings(World world, boolean ipv6, UnaryOperator<String> names) {
    boolean minimise = is("qname-minimisation", is("query-minimization", true));
    List<RootServer> root = new ArrayList<>();
    for (Address hint : hints.isEmpty() ? List.of(address(NOBODY)) : hints) {
      String name = names.apply(hint.ip().getHostAddress());
      root.add(new RootServer(DnsName.parse(name), List.of(hint)));
    }
    Settings base = world.recursive(root, minimise, ipv6, validation());
    // The scenarios' worlds have names that are answered locally elsewhere.
    ServiceSettings service =
        new ServiceSettings(
            base.service().udp(),
            base.service().udpPayloadSize(),
            Optional.ofNullable(simple.get("nsid")).map(text -> text.replaceFirst("ascii_", "")),
            false,
            base.service().cookies(),
            ServiceSettings.Mdns.FORWARD,
            false);
    List<RouteSettings> all = new ArrayList<>(routes);
    if (all.stream().noneMatch(route -> route.zone().isRoot())) {
      all.addAll(base.routes());
      DnsName test = DnsName.parse("test.");
      if (all.stream().noneMatch(route -> route.zone().equals(test))) {
        all.add(RouteSettings.recursive(test));
      }
    }
    return new Settings(
        base.listen(),
        base.threads(),
        base.access(),
        all,
        new RecursionSettings(
            base.recursion().rootHints(),
            Optional.empty(),
            minimise,
            is("do-ip4", true),
            ipv6 && is("do-ip6", true)),
        base.validation(),
        cache(base.cache()),
        service,
        base.limits(),
        base.http(),
        base.control(),
        base.log());
  }
}
