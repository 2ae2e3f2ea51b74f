package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** That no root server answers is found out, told once, and over as soon as one does. */
class RootWatchTest {
  private static final String ROOT = "198.41.0.4";
  private static final Optional<String> NO_ROOT = Optional.of("no root server answers");

  private final Internet net = new Internet(17);

  /** A root, and a zone with ten name servers of which the first knows it. */
  private void plant() {
    StringBuilder root =
        new StringBuilder(
            """
            . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
            . 86400 IN NS a.root-servers.net.
            a.root-servers.net. 86400 IN A 198.41.0.4
            """);
    for (int i = 1; i <= 10; i++) {
      root.append("example. 86400 IN NS ns%1$d.example.\n".formatted(i));
      root.append("ns%1$d.example. 86400 IN A 192.0.2.%1$d\n".formatted(i));
    }
    net.root().zone(root.toString());
    net.server("192.0.2.1")
        .zone(
            """
            example. 900 IN SOA ns1.example. host. 1 7200 3600 1209600 300
            www.example. 60 IN A 192.0.2.80
            """);
  }

  private Optional<String> outage() {
    return net.world().engine().outage();
  }

  private void heal(String ip) {
    Endpoint server = net.endpoint(ip);
    net.world().network().heal(server);
  }

  @AfterEach
  void end() {
    net.close();
  }

  @Test
  void whereNoRootServerAnswersNothingCanBeResolvedUntilOneDoesAgain() {
    plant();
    net.fault(ROOT, new Fault.Dead());
    assertThat(net.resolve("www.example.").rcode()).isEqualTo(Rcode.SERVFAIL);

    net.world().pass(Duration.ofMinutes(5));

    assertThat(outage()).isEqualTo(NO_ROOT);
    assertThat(net.world().events().rootChanges())
        .singleElement()
        .asString()
        .contains("no server of . answered . IN NS", "198.41.0.4:53: no response");

    heal(ROOT);
    net.world().pass(Duration.ofMinutes(1));

    assertThat(outage()).isEmpty();
    assertThat(net.world().events().rootChanges()).hasSize(2).endsWith("answer");
    assertThat(net.resolve("www.example.").rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void rootServersThatRefuseAreNone() {
    net.root();
    net.resolve("www.example.");

    net.world().pass(Duration.ofSeconds(10));

    assertThat(outage()).isEqualTo(NO_ROOT);
    assertThat(net.world().events().rootChanges())
        .singleElement()
        .asString()
        .contains("198.41.0.4:53: REFUSED");
  }

  @Test
  void aRootThatAnswersIsNotAskedAgain() {
    plant();
    net.resolve("www.example.");
    net.resolve("nothing.example.");

    net.world().pass(Duration.ofMinutes(5));

    assertThat(outage()).isEmpty();
    assertThat(net.root().asked()).containsOnlyOnce(". NS");
    assertThat(net.world().events().rootChanges()).isEmpty();
  }

  @Test
  void anOutageOfTheNetworkIsNoticedThoughTheRootIsKnown() {
    plant();
    net.resolve("www.example.");
    net.fault(ROOT, new Fault.Dead());
    IntStream.rangeClosed(1, 10).forEach(i -> net.fault("192.0.2." + i, new Fault.Dead()));
    net.resolve("other.example.");

    net.world().pass(Duration.ofSeconds(30));

    assertThat(outage()).isEqualTo(NO_ROOT);
  }

  @Test
  void aZoneWhoseServersAreAllDeadIsNoOutage() {
    plant();
    net.resolve("www.example.");
    IntStream.rangeClosed(1, 10).forEach(i -> net.fault("192.0.2." + i, new Fault.Dead()));
    net.resolve("other.example.");

    net.world().pass(Duration.ofSeconds(30));

    assertThat(outage()).isEmpty();
    assertThat(net.world().events().rootChanges()).isEmpty();
  }

  @Test
  void whereAZoneHasServersOfItsOwnNotEverythingIsDown() {
    plant();
    net.route("lan.", Mode.STUB, "192.0.2.1", false);
    net.fault(ROOT, new Fault.Dead());
    net.resolve("www.example.");

    net.world().pass(Duration.ofSeconds(30));

    assertThat(net.world().events().rootChanges()).hasSize(1);
    assertThat(outage()).isEmpty();
  }

  @Test
  void anUpstreamThatIsDeadTooLeavesNothing() {
    plant();
    net.route("fallback.", Mode.FORWARD, "192.0.2.1", true);
    net.fault(ROOT, new Fault.Dead());
    net.resolve("www.example.");
    net.world().pass(Duration.ofSeconds(30));
    assertThat(outage()).isEmpty();

    net.fault("192.0.2.1", new Fault.Dead());
    net.resolve("www.fallback.");
    net.world().pass(Duration.ofSeconds(30));

    assertThat(outage()).contains("no upstream answers, and no root server");
  }

  @Test
  void theDoubtOutlivesAReload() {
    plant();
    net.fault(ROOT, new Fault.Dead());
    net.resolve("www.example.");
    net.world().pass(Duration.ofSeconds(30));

    net.world().engine().apply(net.world().engine().settings());
    assertThat(outage()).isEqualTo(NO_ROOT);
    heal(ROOT);
    net.world().pass(Duration.ofMinutes(1));

    assertThat(outage()).isEmpty();
    assertThat(net.world().events().rootChanges()).hasSize(2);
  }
}
