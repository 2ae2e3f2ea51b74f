package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Recursion against real authoritative servers: a root, a top-level domain and two zones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecursionTest {
  private static final String HINTS =
      """
      . 3600000 NS a.root.
      a.root. 3600000 A 10.98.0.1
      """;
  private static final String ROOT =
      """
      $ORIGIN .
      $TTL 3600
      . SOA a.root. host. 1 7200 3600 86400 60
      . NS a.root.
      a.root. A 10.98.0.1
      example. NS a.nic.example.
      a.nic.example. A 10.98.0.2
      """;
  private static final String TOP =
      """
      $ORIGIN example.
      $TTL 3600
      @ SOA a.nic host 1 7200 3600 86400 60
      @ NS a.nic
      a.nic A 10.98.0.2
      shop NS ns1.shop
      shop NS ns2.shop
      ns1.shop A 10.98.0.99
      ns2.shop A 10.98.0.3
      far NS ns2.shop
      trusted NS ns2.shop
      dead NS ns.dead
      ns.dead A 10.98.0.98
      """;
  private static final String SHOP =
      """
      $ORIGIN shop.example.
      $TTL 300
      @ SOA ns2 host 1 7200 3600 86400 60
      @ NS ns1
      @ NS ns2
      ns1 A 10.98.0.99
      ns2 A 10.98.0.3
      www A 192.0.2.10
      alias CNAME www.far.example.
      big TXT "%s"
      """
          .formatted(String.join("\" \"", Collections.nCopies(20, "x".repeat(200))));
  private static final String FAR =
      """
      $ORIGIN far.example.
      $TTL 300
      @ SOA ns2.shop.example. host 1 7200 3600 86400 60
      @ NS ns2.shop.example.
      www A 192.0.2.20
      *.wild A 192.0.2.21
      """;

  /** Its parent knows no DS of it, but the resolver has a trust anchor: it ought to be signed. */
  private static final String TRUSTED =
      """
      $ORIGIN trusted.example.
      $TTL 300
      @ SOA ns2.shop.example. host 1 7200 3600 86400 60
      @ NS ns2.shop.example.
      www A 192.0.2.30
      www.sub A 192.0.2.31
      """;

  private static final String ANCHOR = "trusted.example. IN DS 12345 13 2 " + "ab".repeat(32);

  private final List<AutoCloseable> parts = new ArrayList<>();
  private Host resolver;
  private Path config;

  @BeforeAll
  void build(@TempDir Path folder) {
    Host net = new Host("net");
    resolver = new Host("resolver");
    parts.add(net);
    parts.add(resolver);
    Host.cable(resolver, "eth0", net, "eth0");
    resolver.address("eth0", "10.98.0.53/24");
    net.address("eth0", "10.98.0.1/24").address("eth0", "10.98.0.2/24");
    net.address("eth0", "10.98.0.3/24");
    parts.add(nsd(net, folder, "10.98.0.1", Map.of(".", ROOT)));
    parts.add(nsd(net, folder, "10.98.0.2", Map.of("example.", TOP)));
    parts.add(
        nsd(
            net,
            folder,
            "10.98.0.3",
            Map.of("shop.example.", SHOP, "far.example.", FAR, "trusted.example.", TRUSTED)));
    Servers.write(folder.resolve("root.hints"), HINTS);
    config = folder.resolve("namewell.yaml");
    Servers.write(
        config,
        """
        listen: ["127.0.0.1:53"]
        mode: recursive
        recursion: {root-hints: "%s/root.hints"}
        dnssec: {trust-anchors: "%s"}
        routes:
          - {zone: trusted.example, mode: stub, upstreams: 10.98.0.3}
          - {zone: sub.trusted.example, mode: recursive}
        control: "%s/control.sock"
        http: off
        """
            .formatted(folder, ANCHOR, folder));
    parts.add(
        Daemon.start(
                folder,
                "namewell",
                Servers.namewellCommand(resolver.prefix(), "serve", "--config", config.toString()))
            .untilLogged("ready"));
  }

  private static Daemon nsd(Host host, Path folder, String address, Map<String, String> zones) {
    Map<String, Path> files = new LinkedHashMap<>();
    zones.forEach(
        (apex, text) -> {
          Path file = folder.resolve(address + "-" + files.size() + ".zone");
          Servers.write(file, text);
          files.put(apex, file);
        });
    return Servers.nsd(host, folder, address, files);
  }

  @AfterAll
  void remove() throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  private String dig(String... words) {
    List<String> command = new ArrayList<>(List.of(Requires.tool("dig"), "@127.0.0.1"));
    command.addAll(List.of(words));
    return resolver.run(command.toArray(String[]::new));
  }

  private String namewell(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(1, List.of("--config", config.toString()));
    return Command.run(Servers.namewellCommand(resolver.prefix(), command.toArray(String[]::new)))
        .output();
  }

  @Test
  void namesAreFoundFromTheRootDownThoughTheFirstServerIsDead() {
    assertThat(dig("www.shop.example")).contains("status: NOERROR", "192.0.2.10");
    assertThat(dig("no.shop.example")).contains("status: NXDOMAIN", "SOA");
    assertThat(dig("any.wild.far.example", "+short")).contains("192.0.2.21");
  }

  @Test
  void anAliasIntoAZoneWithoutGlueIsFollowed() {
    assertThat(dig("alias.shop.example"))
        .contains("alias.shop.example.", "www.far.example.", "192.0.2.20");
  }

  @Test
  void longAnswersComeOverTcpOnBothSides() {
    assertThat(dig("+tcp", "big.shop.example", "TXT")).contains("status: NOERROR", "xxxx");
    assertThat(dig("+ignore", "big.shop.example", "TXT")).contains("tc");
  }

  @Test
  void theWayIsShownAsATreeAndAsJson() {
    assertThat(namewell("query", "--trace", "www.shop.example"))
        .contains(". at 10.98.0.1:53: example. A? referral to example.: a.nic.example.")
        .contains("shop.example. at 10.98.0.3:53: www.shop.example. A? 1 A")
        .contains("www.shop.example. A: insecure: no trust anchor above")
        .contains("= NOERROR, 1 record, insecure");
    assertThat(namewell("query", "--trace", "--json", "www.shop.example"))
        .contains("\"zone\":\"example.\"", "\"server\":\"10.98.0.2:53\"");
  }

  @Test
  void whereTheChainOfTrustBreaksIsTold() {
    String anchor = "trusted.example. DS 12345 ECDSAP256SHA256 SHA-256 " + "ab".repeat(32);
    String why = "no DNSKEY of trusted.example.: there is none";
    assertThat(dig("www.sub.trusted.example")).contains("status: SERVFAIL", "EDE: 9");
    assertThat(dig("www.trusted.example")).contains("status: SERVFAIL", "EDE: 9");
    assertThat(namewell("control", "explain", "www.trusted.example"))
        .contains(anchor + ": trust anchor", "trusted.example. DNSKEY: BOGUS: " + why);
    assertThat(namewell("control", "bogus"))
        .contains("www.trusted.example. IN A: " + why + " (extended error 9), ");
    assertThat(namewell("query", "--trace", "www.trusted.example"))
        .contains("chain of trust\n  " + anchor + ": trust anchor\n")
        .contains("  trusted.example. DNSKEY: BOGUS: " + why + "\n", "= BOGUS: " + why);
    assertThat(namewell("query", "--trace", "--json", "www.trusted.example"))
        .contains("\"chain\":[{\"owner\":\"trusted.example.\",\"type\":\"DS\",\"keys\":[\"12345 ")
        .contains("\"status\":\"bogus\",\"why\":\"" + why + "\"");
  }

  @Test
  void aFailureTellsItsNumberUnderWhichItIsExplained() {
    String reply = dig("+time=10", "+tries=1", "www.dead.example");
    assertThat(reply).contains("status: SERVFAIL", "EDE: 22");
    String number = reply.replaceAll("(?s).*\\(#(\\d+) .*", "$1");
    assertThat(namewell("control", "explain", "www.dead.example"))
        .contains("#" + number + " www.dead.example.", "dead.example. at 10.98.0.98:53");
    assertThat(namewell("control", "zones", "example"))
        .contains("shop.example. ", "ns2.shop.example.=10.98.0.3");
  }
}
