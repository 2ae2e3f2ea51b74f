package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient.Asked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Zones with servers of their own beside recursion. */
class RoutedZonesTest {
  private static final String OWN = "192.0.2.53";

  private final Internet net = new Internet(31);

  @BeforeEach
  void plant() {
    net.root()
        .zone(
            """
            . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
            . 86400 IN NS a.root-servers.net.
            a.root-servers.net. 86400 IN A 198.41.0.4
            com. 86400 IN NS a.gtld.com.
            a.gtld.com. 86400 IN A 192.5.6.30
            """);
    net.server("192.5.6.30")
        .zone(
            """
            com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
            com. 86400 IN NS a.gtld.com.
            a.gtld.com. 86400 IN A 192.5.6.30
            example.com. 3600 IN NS ns.example.com.
            ns.example.com. 3600 IN A 192.0.2.1
            """);
    net.server("192.0.2.1")
        .zone(
            """
            example.com. 900 IN SOA ns.example.com. host. 1 7200 3600 1209600 300
            example.com. 3600 IN NS ns.example.com.
            ns.example.com. 3600 IN A 192.0.2.1
            www.example.com. 60 IN A 192.0.2.80
            """);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private static Message failure(Message query, Message response) {
    Message failure = new Message(query.getHeader().getID());
    failure.getHeader().setFlag(Flags.QR);
    failure.getHeader().setRcode(Rcode.SERVFAIL);
    failure.addRecord(query.getQuestion(), org.xbill.DNS.Section.QUESTION);
    return failure;
  }

  private void assertAnswered() {
    Asked asked = net.resolve("www.example.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers())
        .singleElement()
        .extracting(record -> record.rdataToString())
        .isEqualTo("192.0.2.80");
    assertThat(net.server(OWN).asked()).contains("www.example.com. A");
  }

  @Test
  void aStubZoneIsResolvedThoughItsParentIsDenied() {
    net.server(OWN)
        .zone(
            """
            corp.internal-net. 900 IN SOA ns.corp.internal-net. host. 1 7200 3600 1209600 300
            www.corp.internal-net. 60 IN A 10.0.0.1
            """);
    net.route("corp.internal-net.", Mode.STUB, OWN, false);

    assertThat(net.resolve("www.other.internal-net.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(net.resolve("www.corp.internal-net.").rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void recursionStandsInForAStubZonesServersThatFail() {
    net.server(OWN).behaving(RoutedZonesTest::failure);
    net.route("example.com.", Mode.STUB, OWN, true);

    assertAnswered();
  }

  @Test
  void recursionStandsInForUpstreamsThatFail() {
    net.server(OWN).behaving(RoutedZonesTest::failure);
    net.route("example.com.", Mode.FORWARD, OWN, true);

    assertAnswered();
  }

  @Test
  void upstreamsThatAreSilentLeaveRecursionTimeEnough() {
    net.server(OWN);
    net.fault(OWN, new Fault.Dead());
    net.route("example.com.", Mode.FORWARD, OWN, true);

    Asked asked = net.resolve("www.example.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void withoutFallbackAFailureIsAFailure() {
    net.server(OWN).behaving(RoutedZonesTest::failure);
    net.route("example.com.", Mode.FORWARD, OWN, false);

    assertThat(net.resolve("www.example.com.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.server("192.0.2.1").asked()).isEmpty();
  }
}
