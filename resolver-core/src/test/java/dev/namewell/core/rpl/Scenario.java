package dev.namewell.core.rpl;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A scenario as its file has it: configuration, servers by step, and steps. */
final class Scenario {
  private static final int DEFAULT_TTL = 3600;

  /** Settings that do not matter to what is played here. */
  private static final Set<String> HARMLESS =
      Set.of(
          "server",
          "target-fetch-policy",
          "qname-minimisation",
          "query-minimization",
          "minimal-responses",
          "access-control",
          "fake-sha1",
          "trust-anchor-signaling",
          "rrset-roundrobin",
          "harden-referral-path",
          "iter-scrub-promiscuous",
          "do-not-query-localhost");

  final List<String> hints = new ArrayList<>();
  final List<RouteSettings> routes = new ArrayList<>();
  final List<Range> ranges = new ArrayList<>();
  final List<Step> steps = new ArrayList<>();
  boolean minimise = true;
  boolean ipv6 = true;
  @Nullable String unsupported;

  /** What servers say while the current step is within it. */
  static final class Range {
    final int from;
    final int to;
    final List<String> addresses = new ArrayList<>();
    final List<Entry> entries = new ArrayList<>();

    Range(int from, int to) {
      this.from = from;
      this.to = to;
    }

    boolean covers(int step, String address) {
      return from <= step && step <= to && (addresses.isEmpty() || addresses.contains(address));
    }
  }

  /**
   * One step.
   *
   * @param words what stands behind its number
   */
  record Step(int number, List<String> words, @Nullable Entry entry) {}

  private final List<String> lines;
  private int at;

  private Scenario(List<String> lines) {
    this.lines = lines;
  }

  static Scenario read(Path file) throws IOException {
    Scenario scenario = new Scenario(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    scenario.readConfiguration();
    scenario.readPlay();
    return scenario;
  }

  private void cannot(String what) {
    if (unsupported == null) {
      unsupported = what;
    }
  }

  /** The next line without comment; null at the end. */
  private @Nullable String line() {
    while (at < lines.size()) {
      String line = lines.get(at++);
      int comment = comment(line);
      line = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!line.isEmpty()) {
        return line;
      }
    }
    return null;
  }

  private static int comment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      if (c == ';' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  /** A zone with servers of its own, as far as it has been read. */
  private static final class Zone {
    private final Mode mode;
    private String apex = ".";
    private boolean first;
    private final List<Address> addresses = new ArrayList<>();

    Zone(Mode mode) {
      this.mode = mode;
    }
  }

  private void end(Zone zone) {
    if (zone.addresses.isEmpty()) {
      return;
    }
    if (zone.mode == Mode.STUB && (zone.apex.equals(".") || zone.apex.isEmpty())) {
      zone.addresses.forEach(hint -> hints.add(hint.ip().getHostAddress()));
      return;
    }
    if (zone.apex.equals(".")) {
      cannot("forward-zone for all names");
      return;
    }
    routes.add(
        new RouteSettings(
            DnsName.parse(zone.apex),
            zone.mode,
            zone.addresses,
            RouteSettings.Strategy.ORDERED,
            Duration.ofMillis(400),
            zone.first));
  }

  private void readConfiguration() {
    Zone zone = new Zone(Mode.STUB);
    for (String line = line(); line != null && !line.startsWith("CONFIG_END"); line = line()) {
      int hash = line.indexOf('#');
      line = hash < 0 ? line : line.substring(0, hash);
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip().replace("\"", "");
      switch (key) {
        case "stub-zone", "forward-zone" -> {
          end(zone);
          zone = new Zone(key.equals("stub-zone") ? Mode.STUB : Mode.FORWARD);
        }
        case "name" -> zone.apex = value;
        case "stub-addr", "forward-addr" ->
            zone.addresses.add(new Address(InetAddress.ofLiteral(value), 53));
        case "stub-first", "forward-first" -> zone.first = value.equals("yes");
        case "qname-minimisation", "query-minimization" ->
            minimise = value.equals("yes") || value.equals("on");
        case "do-ip6" -> ipv6 = value.equals("yes");
        default -> {
          if (!HARMLESS.contains(key)) {
            cannot(key);
          }
        }
      }
    }
    end(zone);
  }

  private void readPlay() throws IOException {
    for (String line = line(); line != null && !line.startsWith("SCENARIO_END"); line = line()) {
      List<String> words = Arrays.asList(line.split("\\s+"));
      switch (words.getFirst()) {
        case "RANGE_BEGIN" ->
            ranges.add(
                readRange(
                    new Range(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)))));
        case "STEP" -> steps.add(readStep(words));
        default -> {}
      }
    }
  }

  private Range readRange(Range range) throws IOException {
    for (String line = line(); line != null && !line.startsWith("RANGE_END"); line = line()) {
      if (line.startsWith("ADDRESS")) {
        range.addresses.addAll(Arrays.asList(line.split("\\s+")).subList(1, 2));
      } else if (line.startsWith("ENTRY_BEGIN")) {
        range.entries.add(readEntry());
      }
    }
    return range;
  }

  private Step readStep(List<String> words) throws IOException {
    int number = Integer.parseInt(words.get(1));
    List<String> rest = words.subList(2, words.size());
    switch (rest.getFirst()) {
      case "QUERY", "CHECK_ANSWER" -> {
        String begin = line();
        if (begin == null || !begin.startsWith("ENTRY_BEGIN")) {
          cannot("a step without entry");
          return new Step(number, rest, null);
        }
        return new Step(number, rest, readEntry());
      }
      case "TIME_PASSES", "TRAFFIC", "NOTHING" -> {
        if (rest.contains("EVAL")) {
          cannot("EVAL");
        }
      }
      default -> cannot("step " + rest.getFirst());
    }
    return new Step(number, rest, null);
  }

  private Entry readEntry() throws IOException {
    Entry entry = new Entry();
    int section = Section.QUESTION;
    for (String line = line(); line != null && !line.startsWith("ENTRY_END"); line = line()) {
      List<String> words = Arrays.asList(line.split("\\s+"));
      List<String> rest = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "MATCH" -> rest.forEach(word -> entry.match.add(word.toLowerCase(Locale.ROOT)));
        case "ADJUST" -> entry.adjust.addAll(rest);
        case "REPLY" -> entry.reply.addAll(rest);
        case "SECTION" ->
            section =
                switch (rest.getFirst()) {
                  case "QUESTION" -> Section.QUESTION;
                  case "ANSWER" -> Section.ANSWER;
                  case "AUTHORITY" -> Section.AUTHORITY;
                  default -> Section.ADDITIONAL;
                };
        case "HEX_ANSWER_BEGIN", "HEX_EDNSDATA_BEGIN", "RAW", "EXTRA_PACKET" ->
            cannot(words.getFirst());
        default -> {
          Record record = section == Section.QUESTION ? question(words) : record(line);
          if (record != null) {
            entry.sections.get(section).add(record);
          }
        }
      }
    }
    return entry;
  }

  private static Record question(List<String> words) throws IOException {
    String name = words.getFirst().endsWith(".") ? words.getFirst() : words.getFirst() + ".";
    return Record.newRecord(
        Name.fromString(name),
        Type.value(words.getLast()),
        org.xbill.DNS.DClass.value(words.size() > 2 ? words.get(words.size() - 2) : "IN"));
  }

  private @Nullable Record record(String line) {
    byte[] text = (line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    try (Master master = new Master(new ByteArrayInputStream(text), Name.root, DEFAULT_TTL)) {
      return master.nextRecord();
    } catch (IOException e) {
      cannot("record that dnsjava cannot read: " + line);
      return null;
    }
  }
}
