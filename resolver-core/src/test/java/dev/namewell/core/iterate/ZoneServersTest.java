package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.resolve.Explanations.Explanation;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Rcode;

/** Zones whose servers cannot be used, and zones whose lease is about to end. */
class ZoneServersTest {
  private static final String TLD = "192.5.6.30";
  private static final String SHOP = "192.0.2.1";

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
    net.server(TLD)
        .zone(
            """
            com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
            shop.com. 3600 IN NS ns.shop.com.
            ns.shop.com. 3600 IN A 192.0.2.1
            noise.com. 3600 IN NS ns1.noise.com.
            noise.com. 3600 IN NS ns2.noise.com.
            ns1.noise.com. 3600 IN A 192.0.2.8
            ns2.noise.com. 3600 IN A 192.0.2.9
            late.com. 3600 IN NS ns1.late.com.
            late.com. 3600 IN NS ns2.late.com.
            late.com. 3600 IN NS ns3.late.com.
            ns1.late.com. 3600 IN A 192.0.2.20
            ns2.late.com. 3600 IN A 192.0.2.21
            ns3.late.com. 3600 IN A 192.0.2.22
            """);
    net.server(SHOP)
        .zone(
            """
            shop.com. 900 IN SOA ns.shop.com. host. 1 7200 3600 1209600 300
            www.shop.com. 3000 IN A 192.0.2.80
            other.shop.com. 60 IN A 192.0.2.81
            """);
  }

  @AfterEach
  void end() {
    net.close();
  }

  /** The query itself as a response with one record too many, of which there is one octet. */
  private static byte[] garbage(byte[] query, Transport transport) {
    byte[] octets = Arrays.copyOf(query, query.length + 1);
    octets[2] |= (byte) 0x80;
    octets[7] = 2;
    octets[query.length] = (byte) 0xff;
    return octets;
  }

  @Test
  void whoSaysNonsenseWasReached() {
    for (String ip : new String[] {"192.0.2.8", "192.0.2.9"}) {
      net.world().network().add(ip, ZoneServersTest::garbage, Duration.ofMillis(20), Duration.ZERO);
    }

    Asked asked = net.resolve("www.noise.com.");

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).contains(ExtendedErrorCodeOption.OTHER);
    assertThat(asked.extendedText())
        .contains("no server of noise.com. answered www.noise.com. IN A")
        .contains("192.0.2.8", "192.0.2.9");
  }

  @Test
  void whoWasAskedInVainIsToldBesideWhoAnswered() {
    for (String silent : List.of("192.0.2.20", "192.0.2.21")) {
      net.fault(silent, new Fault.Dead());
    }
    net.server("192.0.2.22")
        .zone(
            """
            late.com. 900 IN SOA ns3.late.com. host. 1 7200 3600 1209600 300
            late.com. 60 IN A 192.0.2.82
            """);
    DnsName name = DnsName.parse("late.com.");
    net.resolve(name.toString());

    Explanation explanation =
        net.world().engine().resolutions().explanations().about(name).getFirst();
    assertThat(explanation.trail().steps())
        .filteredOn(step -> Objects.equals(name, step.zone()))
        .map(step -> step.server() + " " + step.said())
        .hasSizeGreaterThan(1)
        .allMatch(step -> step.matches("192.0.2.2[01]:53 no response|192.0.2.22:53 1 A"))
        .contains(net.endpoint("192.0.2.22") + " 1 A");
  }

  private boolean parentIsAsked(String name) {
    int before = net.server(TLD).asked().size();
    net.resolve(name);
    net.world().pass(Duration.ofSeconds(1));
    return net.server(TLD).asked().size() > before;
  }

  @Test
  void aClientIsAnsweredByADelegationInItsLastTenth() {
    net.resolve("www.shop.com.");
    net.world().pass(Duration.ofSeconds(3500));

    assertThat(parentIsAsked("other.shop.com.")).isFalse();
  }

  @Test
  void aRenewalOfAnAnswerPassesOverADelegationInItsLastTenth() {
    net.resolve("other.shop.com.");
    net.world().pass(Duration.ofSeconds(400));
    net.resolve("www.shop.com.");
    net.world().pass(Duration.ofSeconds(2900));

    assertThat(parentIsAsked("www.shop.com.")).isTrue();
  }

  @Test
  void aRenewalBeforeThatDoesNot() {
    net.resolve("other.shop.com.");
    net.resolve("www.shop.com.");
    net.world().pass(Duration.ofSeconds(2900));
    int before = net.server(SHOP).asked().size();

    assertThat(parentIsAsked("www.shop.com.")).isFalse();
    assertThat(net.server(SHOP).asked()).as("renewed").hasSizeGreaterThan(before);
  }
}
