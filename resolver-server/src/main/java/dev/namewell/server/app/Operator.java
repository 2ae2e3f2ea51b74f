package dev.namewell.server.app;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.engine.Engine;
import dev.namewell.core.forward.UpstreamView;
import dev.namewell.core.iterate.NameServer;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.resolve.Explanations.Explanation;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.validate.anchor.AnchorMemory;
import dev.namewell.server.admin.ControlCommands;
import dev.namewell.server.admin.Readiness;
import dev.namewell.server.app.log.Logging;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Problem;
import dev.namewell.server.config.value.Units;
import dev.namewell.server.observe.BogusNames.Bogus;
import dev.namewell.server.runtime.SystemdNotify;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator may do to the running service. Thread-safe. */
final class Operator implements ControlCommands {
  private static final Logger LOG = LoggerFactory.getLogger(Operator.class);

  private static final long NANOS_PER_MICRO = 1_000;

  /** Of a negative trust anchor, if nothing else is said. */
  private static final Duration NEGATIVE_ANCHOR = Duration.ofDays(1);

  private static final int MOST_FAILURES = 20;

  private final Service service;
  private final ConfigSource source;
  private final SystemdNotify systemd;

  Operator(Service service, ConfigSource source, SystemdNotify systemd) {
    this.service = service;
    this.source = source;
    this.systemd = systemd;
  }

  @Override
  public String flushAll() {
    return "flushed " + service.engine().flush() + " answers";
  }

  @Override
  public String flushName(DnsName name) {
    return "flushed " + service.engine().flush(name) + " answers for " + name;
  }

  @Override
  public String flushSubtree(DnsName apex) {
    long count = service.engine().flushSubtree(apex);
    return "flushed " + count + " answers for " + apex + " and below";
  }

  @Override
  public String stats() {
    Engine engine = service.engine();
    AnswerCache cache = engine.cache();
    StringBuilder text = new StringBuilder();
    Readiness now = service.readiness();
    text.append(now.ready() ? "ready yes\n" : "ready no: " + now.reason() + "\n");
    for (Source from : Source.values()) {
      line(
          text, "answers." + from.name().toLowerCase(Locale.ROOT), service.metrics().answers(from));
    }
    for (DropReason reason : DropReason.values()) {
      line(
          text, "drops." + reason.name().toLowerCase(Locale.ROOT), service.metrics().drops(reason));
    }
    line(text, "cache.entries", cache.entries());
    line(text, "cache.bytes", cache.bytes());
    line(text, "cache.limit-bytes", cache.maxBytes());
    line(text, "resolutions.in-flight", engine.resolutions().inFlight());
    line(text, "resolutions.waiting", engine.resolutions().waiting());
    engine.upstreams().view().forEach(upstream -> text.append(describe(upstream)));
    return text.toString();
  }

  @Override
  public String explain(DnsName name) {
    List<Explanation> known = service.engine().resolutions().explanations().about(name);
    return known.isEmpty()
        ? "nothing is kept about "
            + name
            + ": it did not fail lately; `namewell query --trace "
            + name
            + "` shows how it resolves"
        : explain(known);
  }

  @Override
  public String explainFailures() {
    List<Explanation> latest =
        service.engine().resolutions().explanations().latestFailures(MOST_FAILURES);
    return latest.isEmpty() ? "nothing has failed lately" : explain(latest);
  }

  private static String explain(List<Explanation> explanations) {
    StringBuilder text = new StringBuilder();
    explanations.forEach(each -> text.append(TrailText.tree(each)));
    return text.toString();
  }

  @Override
  public String bogus() {
    List<Bogus> latest = service.bogus().latest();
    return latest.isEmpty()
        ? service.engine().settings().validation().mode() == Mode.OFF
            ? "nothing is validated: `dnssec.validation` is off"
            : "nothing was bogus lately"
        : String.join("\n", latest.stream().map(Operator::describe).toList());
  }

  private static String describe(Bogus bogus) {
    return "%s: %s (extended error %d), %s%s"
        .formatted(
            bogus.question(),
            bogus.why().text(),
            bogus.why().code(),
            bogus.times() == 1 ? "" : bogus.times() + " times, lastly ",
            bogus.last().truncatedTo(ChronoUnit.SECONDS));
  }

  @Override
  public String anchors() {
    return service
        .engine()
        .trust()
        .map(TrustText::all)
        .orElse("nothing is validated: see `dnssec.validation`");
  }

  @Override
  public String negativeAnchors() {
    return service
        .engine()
        .trust()
        .map(TrustText::negative)
        .orElse("nothing is validated: see `dnssec.validation`");
  }

  @Override
  public String addNegativeAnchor(DnsName zone, String duration) {
    Duration time;
    try {
      time = duration.isEmpty() ? NEGATIVE_ANCHOR : Units.readDuration(duration);
    } catch (IllegalArgumentException wrong) {
      return ERROR + " " + wrong.getMessage();
    }
    if (time.compareTo(AnchorMemory.LONGEST_NEGATIVE) > 0 || !time.isPositive()) {
      return ERROR + " from 1ms to 7d; what lasts longer belongs into the configuration";
    }
    if (service.engine().trust().isEmpty()) {
      return ERROR + " nothing is validated: see `dnssec.validation`";
    }
    String before = TrustText.replaced(negativeAnchors(zone, false));
    Instant until = Instant.now().plus(time);
    if (!service.engine().addNegativeAnchor(zone, until)) {
      return ERROR + " too many negative trust anchors: remove some, or name a zone above them";
    }
    String result =
        "negative trust anchor "
            + zone
            + " until "
            + until.truncatedTo(ChronoUnit.SECONDS)
            + before;
    LOG.info("{}", result);
    return result
        + ", or until the zone validates again"
        + TrustText.configured(negativeAnchors(zone, true));
  }

  /** Those that count for a zone by its own name. */
  private List<NegativeAnchor> negativeAnchors(DnsName zone, boolean configured) {
    List<NegativeAnchor> ours = service.engine().settings().validation().negativeAnchors();
    return service.engine().trust().stream()
        .flatMap(view -> view.negative().stream())
        .filter(each -> each.zone().equals(zone) && ours.contains(each) == configured)
        .toList();
  }

  @Override
  public String removeNegativeAnchor(DnsName zone) {
    boolean known = service.engine().removeNegativeAnchor(zone);
    if (!known) {
      return ERROR
          + " no negative trust anchor was set for "
          + zone
          + " while running"
          + TrustText.configured(negativeAnchors(zone, true));
    }
    LOG.info("negative trust anchor {} removed", zone);
    return "negative trust anchor "
        + zone
        + " removed"
        + TrustText.configured(negativeAnchors(zone, true));
  }

  @Override
  public String zones(DnsName apex) {
    Map<DnsName, String> lines = new TreeMap<>();
    service
        .engine()
        .delegations()
        .forEach(
            System.nanoTime(),
            (zone, servers) -> {
              if (zone.isWithin(apex)) {
                lines.put(zone, zone + " " + String.join(" ", describe(servers)));
              }
            });
    String copy = service.engine().rootZone().describe(System.nanoTime());
    return copy + "\n" + String.join("\n", lines.values());
  }

  @Override
  public String servers(Optional<InetAddress> address) {
    Map<String, String> lines = new TreeMap<>();
    service
        .engine()
        .servers()
        .forEach(
            System.nanoTime(),
            (server, known) -> {
              if (isAt(server, address)) {
                lines.put(server.toString(), server + " " + known);
              }
            });
    return lines.isEmpty() ? "no server known" : String.join("\n", lines.values());
  }

  @Override
  public String forgetServers(Optional<InetAddress> address) {
    int count = service.engine().servers().forget(server -> isAt(server, address));
    return "forgot what was known of " + count + " servers";
  }

  private static boolean isAt(Endpoint server, Optional<InetAddress> address) {
    return address.isEmpty() || address.get().equals(server.address().getAddress());
  }

  private static List<String> describe(List<NameServer> servers) {
    return servers.stream()
        .map(
            server ->
                server.name()
                    + (server.addresses().isEmpty()
                        ? ""
                        : "="
                            + String.join(
                                ",",
                                server.addresses().stream()
                                    .map(each -> Endpoint.text(each.address().getAddress()))
                                    .toList())))
        .toList();
  }

  private static String describe(UpstreamView upstream) {
    return "upstream %s %s %s, %d failures in a row, round trip %s, 95 %% within %s%n"
        .formatted(
            upstream.zone(),
            upstream.server(),
            upstream.state().name().toLowerCase(Locale.ROOT),
            upstream.failuresInRow(),
            micros(upstream.smoothedRoundTrip()),
            micros(upstream.percentile95()));
  }

  private static String micros(Duration time) {
    return time.isZero() ? "unknown" : time.toNanos() / NANOS_PER_MICRO + " us";
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append(name).append(' ').append(value).append('\n');
  }

  @Override
  public synchronized String reload() {
    systemd.reloading();
    String result =
        switch (source.read()) {
          case Reading.Accepted(Settings changed, List<Problem> warnings) -> {
            String accepted = accept(changed);
            Server.warn(warnings);
            yield accepted;
          }
          case Reading.Rejected(List<Problem> problems) -> reject(problems);
        };
    systemd.ready(result);
    return result;
  }

  private String accept(Settings changed) {
    Settings before = service.engine().settings();
    service.apply(changed);
    Logging.configure(changed.log());
    service.metrics().reloaded(true, Instant.now());
    service.metrics().retainUpstreams(Wiring.upstreams(changed));
    List<String> later = ConfigSource.needRestart(before, changed);
    String result =
        "configuration reloaded from "
            + source.describe()
            + (source.file().isEmpty() ? "; a file is named at the start, by --config" : "")
            + (later.isEmpty() ? "" : "; after a restart only: " + String.join(", ", later));
    LOG.info(result);
    String now = SettingsText.line(changed);
    if (!now.equals(SettingsText.line(before))) {
      LOG.info("from now on: {}", now);
    }
    return result;
  }

  private String reject(List<Problem> problems) {
    service.metrics().reloaded(false, Instant.now());
    String listed = String.join("\n", problems.stream().map(Problem::toString).toList());
    LOG.error("configuration not reloaded, the one before stays in force:\n{}", listed);
    return ERROR + " not reloaded, the configuration before stays in force\n" + listed;
  }
}
