package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.ServiceSettings.Mdns;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Names that are answered here and go to no upstream unless a route says so. */
class SpecialUseNamesTest {
  private static final String ELSEWHERE =
      """
      . 900 IN SOA ns. host. 1 7200 3600 1209600 300
      nas.local. 60 IN A 192.168.1.9
      nas.home.arpa. 60 IN A 192.168.1.9
      host.test. 60 IN A 192.168.1.9
      9.1.168.192.in-addr.arpa. 60 IN PTR nas.home.arpa.
      """;

  private final Scene it = new Scene(ELSEWHERE, ELSEWHERE);

  @AfterEach
  void close() {
    it.close();
  }

  private void assertNothingForwarded() {
    assertThat(it.world.network().sent())
        .allMatch(sent -> sent.question().toLowerCase(Locale.ROOT).contains(".loop."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "invalid.",
        "host.invalid.", // RFC 6761 §6.4
        "test.",
        "host.test.", // RFC 6761 §6.2
        "local.",
        "nas.local.",
        "_http._tcp.nas.LOCAL.", // RFC 6762 §22.1
        "onion.",
        "abcdefghij.onion.", // RFC 7686 §2
        "home.arpa.",
        "nas.home.arpa.", // RFC 8375 §4
        "resolver.arpa.",
        "_dns.resolver.arpa.", // RFC 9462 §8.2
        "localhost.",
        "a.b.localhost." // RFC 6761 §6.3
      })
  void no_type_of_it_is_forwarded(String name) {
    for (int type : new int[] {Type.A, Type.AAAA, Type.MX, Type.SVCB, Type.HTTPS, Type.ANY}) {
      Asked asked = it.resolve(name, type);
      assertThat(asked.took()).isZero();
      assertThat(asked.rcode()).isIn(Rcode.NOERROR, Rcode.NXDOMAIN);
    }
    assertNothingForwarded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"host.invalid.", "host.test.", "nas.local.", "x.onion.", "a.home.arpa."})
  void names_within_are_name_errors_with_a_soa(String name) {
    Asked asked = it.resolve(name);

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(asked.authorities()).singleElement().isInstanceOf(SOARecord.class);
  }

  @ParameterizedTest
  @CsvSource({"localhost.,A,127.0.0.1", "web.localhost.,A,127.0.0.1", "localhost.,AAAA,::1"})
  void localhost_is_the_loopback_address(String name, String type, String address) {
    assertThat(it.resolve(name, Type.value(type)).answers())
        .singleElement()
        .extracting(Record::rdataToString)
        .isEqualTo(address.equals("::1") ? "0:0:0:0:0:0:0:1" : address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9.1.168.192.in-addr.arpa.", "1.0.0.10.in-addr.arpa.", "1.1.16.172.in-addr.arpa.",
        "1.1.31.172.in-addr.arpa.", "1.1.254.169.in-addr.arpa.", "2.0.0.127.in-addr.arpa.",
        "1.1.64.100.in-addr.arpa.", "1.1.127.100.in-addr.arpa.", "1.0.0.0.in-addr.arpa.",
        "255.255.255.255.in-addr.arpa.", "1.2.0.192.in-addr.arpa.", "1.d.f.ip6.arpa.",
        "1.0.8.e.f.ip6.arpa.", "1.8.b.d.0.1.0.0.2.ip6.arpa."
      })
  void reverse_names_of_private_addresses_stay_here(String name) { // RFC 6303, RFC 7793
    assertThat(it.resolve(name, Type.PTR).rcode()).isIn(Rcode.NXDOMAIN, Rcode.NOERROR);
    assertNothingForwarded();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.32.172.in-addr.arpa.", "1.1.63.100.in-addr.arpa.", "8.8.8.8.in-addr.arpa."})
  void reverse_names_of_public_addresses_do_not(String name) {
    it.resolve(name, Type.PTR);

    assertThat(it.exchanges(name + " PTR")).isEqualTo(1);
  }

  @Test
  void the_loopback_address_has_a_name() {
    assertThat(it.resolve("1.0.0.127.in-addr.arpa.", Type.PTR).answers())
        .extracting(Record::rdataToString)
        .containsExactly("localhost.");
    assertNothingForwarded();
  }

  @Test
  void whether_home_arpa_is_signed_only_its_parent_knows() { // RFC 8375 §4
    it.resolve("home.arpa.", Type.DS);

    assertThat(it.exchanges("home.arpa. DS")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {Type.SVCB, Type.DS, Type.SOA, Type.NS})
  void no_resolver_is_designated_says_the_zone_for_that(int type) { // RFC 9462 §4, §8.2
    Asked asked = it.resolve("_dns.resolver.arpa.", type);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isEmpty();
    assertThat(asked.authorities())
        .singleElement()
        .isInstanceOf(SOARecord.class)
        .extracting(Record::getName)
        .hasToString("resolver.arpa.");
  }

  @Test
  void a_zone_within_a_zone_served_here_has_its_parent_here() {
    Asked asked = it.resolve("1.0.0.127.in-addr.arpa.", Type.DS);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isEmpty();
    assertNothingForwarded();
  }

  @Test
  void a_route_takes_its_names_where_it_says() {
    it.route("home.arpa.", 1);
    it.route("168.192.in-addr.arpa.", 1);
    it.route("local.", 1);

    assertThat(it.resolve("nas.home.arpa.").answers()).hasSize(1);
    assertThat(it.resolve("nas.local.").answers()).hasSize(1);
    assertThat(it.resolve("9.1.168.192.in-addr.arpa.", Type.PTR).answers()).hasSize(1);
    assertThat(it.exchanges(1, "nas.home.arpa. A")).isEqualTo(1);
    assertThat(it.exchanges(0, "nas.home.arpa. A")).isZero();
    assertThat(it.resolve("host.test.").rcode()).as("no route").isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void a_route_for_all_that_is_above_changes_nothing() {
    it.route("arpa.", 1);

    assertThat(it.resolve("nas.home.arpa.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(it.exchanges("nas.home.arpa. A")).isZero();
  }

  @Test
  void names_of_multicast_dns_are_forwarded_where_the_operator_wants_it() {
    it.mdns(Mdns.FORWARD);

    assertThat(it.resolve("nas.local.").answers()).hasSize(1);
  }
}
