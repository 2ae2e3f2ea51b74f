package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Metrics;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the operator of a running server sees of zones that fail, and does about them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailingZoneTest {
  private static final int HTTP = 9153;

  private final List<AutoCloseable> parts = new ArrayList<>();
  private Host host;
  private Daemon namewell;
  private Path config;
  private Path folder;
  private String rootTag;

  @BeforeAll
  void build(@TempDir Path folder) {
    this.folder = folder;
    host = new Host("failing");
    parts.add(host);
    for (String last : List.of("1", "2")) {
      host.address("lo", "10.97.0." + last + "/32");
    }
    SignedInternet zones = new SignedInternet(folder);
    rootTag = zones.rootDs().split("\\s+", -1)[3];
    Servers.write(
        folder.resolve("root.hints"),
        ". 3600000 NS a.root.\na.root. 3600000 A " + SignedInternet.ROOT_ADDRESS + "\n");
    Servers.write(folder.resolve("root.ds"), zones.rootDs());
    parts.add(Servers.nsd(host, folder, SignedInternet.ROOT_ADDRESS, Map.of(".", zones.root())));
    parts.add(Servers.nsd(host, folder, SignedInternet.ADDRESS, zones.files()));
    config = folder.resolve("namewell.yaml");
    configure("on");
    List<String> words = List.of("serve", "--config", config.toString());
    namewell =
        Daemon.start(
                folder,
                "namewell",
                Servers.namewellCommand(host.prefix(), words.toArray(String[]::new)))
            .untilLogged("ready");
    parts.add(namewell);
  }

  private void configure(String validation) {
    Servers.write(
        config,
        """
        listen: ["127.0.0.1:53"]
        mode: recursive
        recursion: {root-hints: "%2$s/root.hints"}
        dnssec: {validation: %1$s, trust-anchors: "%2$s/root.ds", trust-anchor-file: off}
        control: "%2$s/control.sock"
        http: "127.0.0.1:9153"
        log: {level: debug}
        """
            .formatted(validation, folder));
  }

  @AfterAll
  void remove() throws Exception {
    for (AutoCloseable part : parts.reversed()) {
      part.close();
    }
  }

  private String dig(String name) {
    return host.run(Requires.tool("dig"), "@127.0.0.1", "+dnssec", name);
  }

  private String control(String... words) {
    List<String> all = new ArrayList<>(List.of("control", "--config", config.toString()));
    all.addAll(List.of(words));
    return Command.run(Servers.namewellCommand(host.prefix(), all.toArray(String[]::new))).output();
  }

  private long bogus() {
    return host.on(() -> Metrics.read(HTTP).sum("namewell_dnssec_bogus_total"));
  }

  private long logged() {
    return namewell
        .log()
        .lines()
        .filter(line -> line.contains("EventLog: bogus: www.expired.example. IN A"))
        .count();
  }

  @Test
  void trustAnchorsAreShownWithTheirKeys() {
    namewell.until("the root's keys are seen", () -> control("anchors").contains(": seen "));

    assertThat(control("anchors")).contains("anchor .: seen ", "  key " + rootTag + " valid since");
  }

  @Test
  void aZoneIsLeftUnvalidatedForAsLongAsTheOperatorSays() {
    assertThat(dig("www.changed.example")).contains("status: SERVFAIL");

    assertThat(control("nta", "add", "changed.example", "for", "1h"))
        .contains("negative trust anchor changed.example. until ");
    String first = control("nta");
    assertThat(first).contains("negative changed.example. until ");
    String end = first.replaceAll("(?s).*negative changed.example. until (\\S+).*", "$1");
    assertThat(control("nta", "add", "changed.example", "for", "2h"))
        .contains(" instead of until " + end + ", or until the zone validates again");
    assertThat(control("nta")).doesNotContain(end);
    assertThat(control("anchors")).contains("negative changed.example. until ");
    assertThat(dig("www.changed.example"))
        .contains("status: NOERROR", "192.0.2.66", "flags: qr rd ra;", "EDE: 33");

    assertThat(control("nta", "remove", "changed.example"))
        .contains("negative trust anchor changed.example. removed");
    assertThat(control("nta")).contains("no negative trust anchors");
    assertThat(dig("www.changed.example")).contains("status: SERVFAIL");
    assertThat(control("nta", "remove", "changed.example")).contains("error:");
  }

  @Test
  void whatIsBogusIsGivenAndToldWhereItIsOnlyLogged() {
    assertThat(dig("www.expired.example")).contains("status: SERVFAIL");
    configure("log-only");
    assertThat(control("reload")).doesNotContain("error:");
    try {
      long before = bogus();
      long loggedBefore = logged();

      assertThat(dig("www.expired.example"))
          .contains("status: NOERROR", "192.0.2.10", "flags: qr rd ra;");

      assertThat(bogus()).isEqualTo(before + 1);
      assertThat(logged()).isEqualTo(loggedBefore + 1);
      assertThat(control("bogus"))
          .contains(
              "www.expired.example. IN A: expired.example. DNSKEY: the signature has expired");
      assertThat(dig("www.nsec.example")).contains("status: NOERROR", "flags: qr rd ra ad;");
    } finally {
      configure("on");
      assertThat(control("reload")).doesNotContain("error:");
    }
    assertThat(dig("www.expired.example")).contains("status: SERVFAIL");
  }
}
