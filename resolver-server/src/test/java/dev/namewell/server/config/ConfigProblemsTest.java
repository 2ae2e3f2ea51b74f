package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is told of a wrong configuration: each problem, its place, what is allowed. */
class ConfigProblemsTest {
  private static final String ADDRESS =
      "(allowed: an IP address, with a port where it is not 53, as 192.0.2.1:53 or"
          + " [2001:db8::1]:53)";

  @TempDir Path folder;

  private List<String> problems(String yaml) {
    return Configs.problems(folder, yaml, Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          threads: none          | test.yaml:1:10 threads: "none" is not a whole number (allowed: a whole number from 1 to 1024)
          threads: 0             | test.yaml:1:10 threads: 0 is out of range (allowed: a whole number from 1 to 1024)
          threads: 9999999999    | test.yaml:1:10 threads: 9999999999 is out of range (allowed: a whole number from 1 to 1024)
          threads: [1, 2]        | test.yaml:1:10 threads: takes one value, not a list (allowed: a whole number from 1 to 1024)
          threads: {a: 1}        | test.yaml:1:10 threads: takes one value, not keys (allowed: a whole number from 1 to 1024)
          threads:               | test.yaml:1:9 threads: has no value (allowed: a whole number from 1 to 1024)
          udp: fast              | test.yaml:1:6 udp: "fast" is not known (allowed: auto, batched, portable)
          outsiders: drop        | test.yaml:1:12 outsiders: "drop" is not known (allowed: refuse, silence)
          mode: iterative        | test.yaml:1:7 mode: "iterative" is not known (allowed: forward, recursive)
          recursion: {ipv4: off, ipv6: off} | test.yaml:1:30 recursion.ipv6: is off as ipv4 is: nobody can be asked (allowed: one of them on)
          recursion: {root-hints: /no/file} | test.yaml:1:25 recursion.root-hints: cannot read /no/file: no such file
          recursion: {root-hints: [{name: a.example}]} | test.yaml:1:26 recursion.root-hints[0].addresses: is missing (allowed: an IP address, with a port where it is not 53, as 192.0.2.1:53 or [2001:db8::1]:53)
          dnssec: {validation: maybe}    | test.yaml:1:22 dnssec.validation: "maybe" is not known (allowed: off, on, log-only)
          dnssec: {trust-anchors: /no/file} | test.yaml:1:25 dnssec.trust-anchors: cannot read /no/file: no such file (allowed: a DS or DNSKEY record as text, or a file of such records, or root-anchors.xml)
          dnssec: {trust-anchors: ". IN A 192.0.2.1"} | test.yaml:1:25 dnssec.trust-anchors: has no DS or DNSKEY record (allowed: a DS or DNSKEY record as text, or a file of such records, or root-anchors.xml)
          cache: {size: 64}      | test.yaml:1:15 cache.size: "64" has no unit (allowed: a size with unit KiB, MiB or GiB, from 1MiB to 1024GiB)
          cache: {size: 64MB}    | test.yaml:1:15 cache.size: "64MB" has the unknown unit "MB" (allowed: a size with unit KiB, MiB or GiB, from 1MiB to 1024GiB)
          cache: {size: 1KiB}    | test.yaml:1:15 cache.size: 1KiB is out of range (allowed: a size with unit KiB, MiB or GiB, from 1MiB to 1024GiB)
          cache: {max-ttl: soon} | test.yaml:1:18 cache.max-ttl: "soon" is not a time such as 400ms, 1.8s or 1d (allowed: a time with unit ms, s, m, h or d, from 1s to 7d)
          cache: {max-ttl: 30}   | test.yaml:1:18 cache.max-ttl: "30" has no unit (allowed: a time with unit ms, s, m, h or d, from 1s to 7d)
          cache: {max-ttl: 30d}  | test.yaml:1:18 cache.max-ttl: 30d is out of range (allowed: a time with unit ms, s, m, h or d, from 1s to 7d)
          cache: {prefetch: no}  | test.yaml:1:19 cache.prefetch: "no" is not on or off (allowed: on, off)
          cache: {stale: never}  | test.yaml:1:16 cache.stale: takes no single value (allowed: keys below it, or off)
          cache: off             | test.yaml:1:8 cache: takes no single value (allowed: keys below it)
          cache: {max_ttl: 1d}   | test.yaml:1:9 cache.max_ttl: is not a key here; did you mean max-ttl?
          cache: {min-ttl: 1h, max-ttl: 1m} | test.yaml:1:18 cache.min-ttl: is above max-ttl (allowed: at most 1m)
          upstream: 192.0.2.1    | test.yaml:1:1 upstream: is not a key here; did you mean upstreams?
          log: {colour: on}      | test.yaml:1:7 log.colour: is not a key here (allowed: level, format, queries)
          listen: []             | test.yaml:1:9 listen: is empty (allowed: at least one, or no such key)
          listen:                | test.yaml:1:8 listen: has no value (allowed: a list, or no such key)
          allow: 10.0.0.1/8      | test.yaml:1:8 allow: 10.0.0.1/8 has host bits set (allowed: a network as 192.168.0.0/16 or fc00::/7, or one address)
          allow: 10.0.0.0/33     | test.yaml:1:8 allow: prefix length /33 is out of range (allowed: a network as 192.168.0.0/16 or fc00::/7, or one address)
          service: {identity: ""}  | test.yaml:1:21 service.identity: is empty, too long or not printable (allowed: 1 to 63 printable ASCII characters, or hidden)
          service: {udp-payload-size: 100} | test.yaml:1:29 service.udp-payload-size: 100 is out of range (allowed: a whole number from 512 to 4096)
          just text              | test.yaml:1:1: a configuration is keys with values, as `threads: 1`
          """)
  void oneThingWrong(String yaml, String told) {
    assertThat(problems(yaml)).containsExactly(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dns.example     | "dns.example" is not an IP address
          192.0.2.256     | "192.0.2.256" is not an IP address
          192.0.2         | "192.0.2" is not an IP address
          192.0.2.1:      | "192.0.2.1:" has no port from 0 to 65535
          192.0.2.1:65536 | "192.0.2.1:65536" has no port from 0 to 65535
          192.0.2.1:0     | port 0 cannot be asked
          [2001:db8::1    | "[2001:db8::1" has no closing bracket
          [2001:db8::1]53 | "[2001:db8::1]53" has text behind its bracket
          2001:db8::1::2  | "2001:db8::1::2" is not an IP address
          0.0.0.0         | 0.0.0.0:53 is not the address of one server
          224.0.0.251     | 224.0.0.251:53 is not the address of one server
          127.0.0.1:5300  | 127.0.0.1:5300 is this server itself: queries would go in circles
          """)
  void anAddressThatCannotBeAsked(String address, String told) {
    assertThat(problems("upstreams: \"" + address + "\""))
        .containsExactly("test.yaml:1:12 upstreams: " + told + " " + ADDRESS);
  }

  @Test
  void allOfItAtOnceInTheOrderOfTheFile() {
    String yaml =
        """
        listen: [127.0.0.1:99999, "::1"]
        threads: 0
        routes:
          - zone: a..b
            upstreams: 1.1.1
          - {mode: stub, strategy: random}
        threads: 2
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "test.yaml:1:10 listen[0]: \"127.0.0.1:99999\" has no port from 0 to 65535 " + ADDRESS,
            "test.yaml:2:10 threads: 0 is out of range (allowed: a whole number from 1 to 1024)",
            "test.yaml:4:11 routes[0].zone: \"a..b\" is not a domain name: empty label (allowed: a"
                + " domain name, as corp.example, or . for all names)",
            "test.yaml:5:16 routes[0].upstreams: \"1.1.1\" is not an IP address " + ADDRESS,
            "test.yaml:6:5 routes[1].zone: is missing (allowed: a domain name, as corp.example, or"
                + " . for all names)",
            "test.yaml:6:5 routes[1].upstreams: is missing " + ADDRESS,
            "test.yaml:6:28 routes[1].strategy: \"random\" is not known (allowed: ordered, fastest,"
                + " parallel)",
            "test.yaml:7:1 threads: is given twice, first at test.yaml:2:1");
  }

  @Test
  void aTabAsIndentation() {
    assertThat(problems("cache:\n\tsize: 1MiB\n"))
        .containsExactly("test.yaml:2:1: a tab cannot indent YAML (allowed: spaces)");
  }

  @Test
  void brokenYaml() {
    assertThat(problems("listen: [a, b\nthreads: 1\n"))
        .singleElement()
        .asString()
        .startsWith("test.yaml:2:8: is not YAML: while parsing a flow sequence, ");
    assertThat(problems("threads: \"1\n")).singleElement().asString().startsWith("test.yaml:2:1: ");
    assertThat(problems("a: *b\n")).singleElement().asString().startsWith("test.yaml:1:4: ");
    assertThat(problems("threads: 1\n---\nthreads: 2\n"))
        .singleElement()
        .asString()
        .startsWith("test.yaml:2:1: is not YAML: expected a single document");
  }

  @Test
  void aFileThatCouldEatAllMemory() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 9; i++) {
      String earlier = "*a" + (i - 1) + ",";
      bomb.append("a%d: &a%d [%s]%n".formatted(i, i, earlier.repeat(9) + "x"));
    }
    assertThat(problems(bomb.toString())).isNotEmpty();
    assertThat(problems("[".repeat(100_000))).isNotEmpty();
    assertThat(problems("threads: &a [*a]\n")).isNotEmpty();
    assertThat(problems("#".repeat((1 << 20) + 1)))
        .containsExactly("test.yaml: is larger than 1 MiB, so it is hardly a configuration");
  }

  @Test
  void aFileThatCannotBeRead() throws Exception {
    assertThat(read(folder.resolve("none.yaml"))).endsWith("none.yaml: no such file");
    assertThat(read(folder)).endsWith(": is a directory, not a file");
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "# stra\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(read(latin)).endsWith("latin.yaml: is not UTF-8 text");
  }

  private String read(Path file) {
    Surroundings machine = Configs.machine(folder);
    ConfigSource source = new ConfigSource(Optional.of(file), Map.of(), Map.of(), machine);
    return Configs.rejected(source.read()).getFirst().toString();
  }

  @Test
  void twoRoutesForOneZone() {
    String yaml =
        """
        routes:
          - {zone: corp.example, upstreams: 10.0.0.53}
          - {zone: CORP.example., upstreams: 10.0.0.54}
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "test.yaml:3:12 routes[1].zone: has a route already (allowed: one for each zone)");
  }

  @Test
  void upstreamsTogetherWithARouteForTheRoot() {
    String yaml =
        """
        upstreams: 192.0.2.1
        routes:
          - {zone: ".", upstreams: 192.0.2.2}
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "test.yaml:1:12 upstreams: is given together with a route for \".\" (allowed: one of"
                + " them)");
  }

  @Test
  void theSameServerTwice() {
    assertThat(problems("upstreams: [192.0.2.1, \"192.0.2.1:53\"]"))
        .containsExactly("test.yaml:1:24 upstreams[1]: 192.0.2.1:53 is listed twice");
  }

  @Test
  void aFileAmongServersForTheRootZone() {
    Path zone = Configs.write(folder.resolve("root.zone"), ". 60 IN NS ns.\n");
    assertThat(problems("recursion: {root-zone: [192.0.2.1, " + zone + "]}\n"))
        .containsExactly(
            "test.yaml:1:36 recursion.root-zone[1]: root.zone does not stand alone (allowed: one"
                + " file, or addresses)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"recursion: {root-hints: ", "dnssec: {trust-anchors: "})
  void aFileThatCannotBeReadIsNamedOnce(String key) throws IOException {
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);

    assertThat(problems(key + circle + "}\n"))
        .singleElement()
        .asString()
        .contains("cannot read circle: ")
        .containsOnlyOnce("circle");
  }

  @Test
  void whereAFileOfTrustAnchorsIsWrong() {
    Path anchors = Configs.write(folder.resolve("root.key"), ". IN A 192.0.2.1\n. IN DS x\n");
    assertThat(problems("dnssec: {trust-anchors: [" + anchors + "]}\n"))
        .singleElement()
        .asString()
        .startsWith(
            "test.yaml:1:26 dnssec.trust-anchors: is no DS or DNSKEY record: line 2: expected");
  }

  @Test
  void noServerToAskAnywhere() {
    Path file = Configs.write(folder.resolve("test.yaml"), "threads: 1\n");
    Surroundings lonely = Configs.machine(folder, "search example\n");
    ConfigSource source = new ConfigSource(Optional.of(file), Map.of(), Map.of(), lonely);
    assertThat(Configs.rejected(source.read()))
        .singleElement()
        .asString()
        .endsWith(
            "test.yaml:1:1 upstreams: is missing, and the system's resolv.conf names no server but"
                + " this one (write: upstreams: [\"ADDRESS OF A RECURSIVE SERVER\"])");
  }

  @Test
  void aBrokenRouteIsNotReportedAsMissingUpstreams() {
    Path file = Configs.write(folder.resolve("test.yaml"), "routes: [{zone: \".\"}]\n");
    Surroundings lonely = Configs.machine(folder, "");
    ConfigSource source = new ConfigSource(Optional.of(file), Map.of(), Map.of(), lonely);
    assertThat(Configs.rejected(source.read()))
        .singleElement()
        .asString()
        .contains("routes[0].upstreams: is missing");
  }
}
