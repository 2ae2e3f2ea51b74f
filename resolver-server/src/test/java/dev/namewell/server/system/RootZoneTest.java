package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of the root zone, signed and digested by Knot DNS and transferred from there (RFC 8806,
 * RFC 8976). No root server can be reached: what is resolved is resolved by the copy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RootZoneTest {
  private static final String PRIMARY = "10.97.0.1";
  private static final String ROOT =
      """
      $ORIGIN .
      $TTL 3600
      . SOA a.root. host. 1 7200 3600 86400 60
      . NS a.root.
      a.root. A 10.97.0.99
      example. NS a.nic.example.
      a.nic.example. A 10.97.0.1
      """;
  private static final String EXAMPLE =
      """
      $ORIGIN example.
      $TTL 3600
      @ SOA a.nic host 1 7200 3600 86400 60
      @ NS a.nic
      a.nic A 10.97.0.1
      www A 192.0.2.10
      """;

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
    resolver.address("eth0", "10.97.0.53/24");
    net.address("eth0", PRIMARY + "/24");
    parts.add(knot(net, folder));
    String key = Command.run(keys(folder)).output().strip();
    Servers.write(folder.resolve("root.ds"), key + "\n");
    config = folder.resolve("namewell.yaml");
    Servers.write(
        config,
        """
        listen: ["127.0.0.1:53"]
        mode: recursive
        recursion:
          root-hints: [{name: a.root, addresses: ["10.97.0.99"]}]
          root-zone: ["%s"]
        dnssec: {validation: on, trust-anchors: "%s/root.ds"}
        control: "%s/control.sock"
        http: off
        """
            .formatted(PRIMARY, folder, folder));
    parts.add(
        Daemon.start(
                folder,
                "namewell",
                Servers.namewellCommand(resolver.prefix(), "serve", "--config", config.toString()))
            .untilLogged("taken from " + PRIMARY));
  }

  private static Daemon knot(Host host, Path folder) {
    Servers.write(folder.resolve("root.zone"), ROOT);
    Servers.write(folder.resolve("example.zone"), EXAMPLE);
    Servers.write(
        folder.resolve("knot.conf"),
        """
        server:
            rundir: "%1$s"
            listen: %2$s@53
        log:
          - target: stderr
            any: info
        database:
            storage: "%1$s"
        acl:
          - id: all
            address: 10.97.0.0/24
            action: transfer
        policy:
          - id: one
            single-type-signing: on
            algorithm: ecdsap256sha256
        template:
          - id: default
            storage: "%1$s"
            zonefile-sync: -1
            zonefile-load: difference-no-serial
            journal-content: all
        zone:
          - domain: .
            file: root.zone
            acl: all
            dnssec-signing: on
            dnssec-policy: one
            zonemd-generate: zonemd-sha384
          - domain: example.
            file: example.zone
        """
            .formatted(folder, PRIMARY));
    List<String> command = new ArrayList<>(host.prefix());
    command.addAll(List.of(Requires.tool("knotd"), "-c", folder.resolve("knot.conf").toString()));
    return Daemon.start(folder, "knotd", command).untilLogged("server started");
  }

  private static List<String> keys(Path folder) {
    return List.of(
        Requires.tool("keymgr"), "-c", folder.resolve("knot.conf").toString(), ".", "dnskey");
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

  @Test
  void namesAreFoundThoughNoRootServerCanBeReached() {
    assertThat(dig("www.example")).contains("status: NOERROR", "192.0.2.10");
  }

  @Test
  void whatTheCopySaysIsProved() {
    assertThat(dig("+dnssec", ".", "SOA")).contains("flags: qr rd ra ad", "RRSIG");
    assertThat(dig("+dnssec", "no.such"))
        .contains("status: NXDOMAIN", "flags: qr rd ra ad", "NSEC");
    assertThat(dig("+dnssec", "example", "DS")).contains("status: NOERROR", "flags: qr rd ra ad");
  }

  @Test
  void itIsShownWithItsSerial() {
    List<String> words = List.of("control", "--config", config.toString(), "zones");
    assertThat(
            Command.run(Servers.namewellCommand(resolver.prefix(), words.toArray(String[]::new)))
                .output())
        .contains("copy of root zone ", " from " + PRIMARY);
  }
}
