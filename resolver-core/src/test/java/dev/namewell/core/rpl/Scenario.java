package dev.namewell.core.rpl;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A scenario as its file has it: configuration, servers by step, and steps. */
final class Scenario {
  private static final int DEFAULT_TTL = 3600;

  private static final Pattern HEX = Pattern.compile("[^0-9a-fA-F]|;.*");

  final Configuration configuration = new Configuration();
  final List<Range> ranges = new ArrayList<>();
  final List<Step> steps = new ArrayList<>();

  /** Deckard has the servers of a step's number; Unbound those of the next one's. */
  final boolean isDeckard;

  private @Nullable String unsupported;

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

  private Scenario(List<String> lines, boolean isDeckard) {
    this.lines = lines;
    this.isDeckard = isDeckard;
  }

  static Scenario read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    Scenario scenario = new Scenario(lines, file.getFileName().toString().startsWith("deckard"));
    scenario.readConfiguration();
    scenario.readPlay();
    return scenario;
  }

  /** What it needs and cannot be given; null if there is nothing. */
  @Nullable String unsupported() {
    String first = configuration.unsupported();
    return first == null ? unsupported : first;
  }

  /** Every address that a server has. */
  Set<String> addresses() {
    Set<String> all = new LinkedHashSet<>(configuration.addresses());
    ranges.forEach(range -> all.addAll(range.addresses));
    return all;
  }

  /** True if anybody can be asked over IPv6; in Unbound's world not without such an address. */
  boolean hasIpv6() {
    return isDeckard || addresses().stream().anyMatch(address -> address.contains(":"));
  }

  private Stream<Record> records() {
    return Stream.concat(
            ranges.stream().flatMap(range -> range.entries.stream()),
            steps.stream().flatMap(step -> Stream.ofNullable(step.entry())))
        .flatMap(entry -> entry.sections.stream().flatMap(List::stream));
  }

  /** The name that the scenario itself gives to one of the root's servers. */
  String rootServer(String address) {
    Set<Name> names = new HashSet<>();
    records()
        .forEach(
            record -> {
              if (record instanceof NSRecord ns && ns.getName().equals(Name.root)) {
                names.add(ns.getTarget());
              }
            });
    return records()
        .filter(record -> record instanceof ARecord || record instanceof AAAARecord)
        .filter(record -> names.contains(record.getName()))
        .filter(record -> record.rdataToString().equals(address))
        .map(record -> record.getName().toString())
        .findFirst()
        .orElse("hint.invalid.");
  }

  /** A time when most of the signatures are valid. */
  Instant whenSigned() {
    List<RRSIGRecord> signatures =
        records().filter(RRSIGRecord.class::isInstance).map(RRSIGRecord.class::cast).toList();
    Function<Instant, List<RRSIGRecord>> validAt =
        time ->
            signatures.stream()
                .filter(each -> !time.isBefore(each.getTimeSigned()))
                .filter(each -> !time.isAfter(each.getExpire()))
                .toList();
    Instant best =
        signatures.stream()
            .map(RRSIGRecord::getTimeSigned)
            .max(Comparator.comparingInt(time -> validAt.apply(time).size()))
            .orElse(Instant.EPOCH);
    return validAt.apply(best).stream()
        .map(RRSIGRecord::getExpire)
        .min(Comparator.naturalOrder())
        .map(end -> best.plus(Duration.between(best, end).dividedBy(2)))
        .orElse(best);
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

  private void readConfiguration() throws IOException {
    for (String line = line(); line != null && !line.startsWith("CONFIG_END"); line = line()) {
      configuration.read(line);
    }
    configuration.end();
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
        range.addresses.add(InetAddress.ofLiteral(line.substring(8).strip()).getHostAddress());
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
        case "REPLY", "FLAGS" -> rest.forEach(word -> entry.reply.add(word.replace(",", "")));
        case "HEX_ANSWER_BEGIN" -> entry.octets = readOctets();
        case "SECTION" ->
            section =
                switch (rest.getFirst()) {
                  case "QUESTION" -> Section.QUESTION;
                  case "ANSWER" -> Section.ANSWER;
                  case "AUTHORITY" -> Section.AUTHORITY;
                  default -> Section.ADDITIONAL;
                };
        case "MANDATORY" -> {}
        case "HEX_EDNSDATA_BEGIN", "RAW", "EXTRA_PACKET" -> cannot(words.getFirst());
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

  private byte[] readOctets() {
    StringBuilder digits = new StringBuilder();
    while (at < lines.size() && !lines.get(at).startsWith("HEX_ANSWER_END")) {
      digits.append(HEX.matcher(lines.get(at++)).replaceAll(""));
    }
    at++;
    return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : digits + "0");
  }

  private static Record question(List<String> words) throws IOException {
    String name = words.getFirst().endsWith(".") ? words.getFirst() : words.getFirst() + ".";
    int type = -1;
    for (String word : words.subList(1, words.size())) {
      type = type < 0 ? Type.value(word) : type;
    }
    if (type < 0) {
      throw new IOException("no question: " + words);
    }
    int recordClass = words.contains("CH") ? DClass.CH : DClass.IN;
    return Record.newRecord(Name.fromString(name), type, recordClass);
  }

  private @Nullable Record record(String line) {
    try {
      return read(line);
    } catch (IOException e) {
      cannot("a record that dnsjava cannot read: " + line);
      return null;
    }
  }

  /** A record as a zone file has it. */
  static Record read(String line) throws IOException {
    byte[] text = (line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    try (Master master = new Master(new ByteArrayInputStream(text), Name.root, DEFAULT_TTL)) {
      Record record = master.nextRecord();
      if (record == null) {
        throw new IOException("no record: " + line);
      }
      return record;
    }
  }
}
