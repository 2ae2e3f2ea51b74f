package dev.namewell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
  private static Network network(String cidr) {
    int slash = cidr.indexOf('/');
    return new Network(
        InetAddress.ofLiteral(cidr.substring(0, slash)),
        Integer.parseInt(cidr.substring(slash + 1)));
  }

  private static AccessRules rules(String... cidrs) {
    return new AccessRules(Stream.of(cidrs).map(AccessRulesTest::network).toList());
  }

  private static Client client(String address) {
    return Client.of(new InetSocketAddress(InetAddress.ofLiteral(address), 4000), Transport.UDP);
  }

  @Test
  void firstAndLastAddressOfANetworkAreIn() {
    AccessRules rules = rules("172.16.0.0/12", "fe80::/10", "::1/128");

    assertThat(rules.allows(client("172.16.0.0"))).isTrue();
    assertThat(rules.allows(client("172.31.255.255"))).isTrue();
    assertThat(rules.allows(client("172.32.0.0"))).isFalse();
    assertThat(rules.allows(client("172.15.255.255"))).isFalse();
    assertThat(rules.allows(client("febf:ffff::1"))).isTrue();
    assertThat(rules.allows(client("fec0::"))).isFalse();
    assertThat(rules.allows(client("::1"))).isTrue();
    assertThat(rules.allows(client("::2"))).isFalse();
  }

  @Test
  void overlappingNetworksAreMerged() {
    AccessRules rules = rules("10.1.0.0/16", "10.0.0.0/8", "10.255.255.255/32");

    assertThat(rules.allows(client("10.200.0.1"))).isTrue();
    assertThat(rules.allows(client("10.255.255.255"))).isTrue();
    assertThat(rules.allows(client("11.0.0.0"))).isFalse();
  }

  @Test
  void everythingAndNothing() {
    assertThat(rules("0.0.0.0/0").allows(client("255.255.255.255"))).isTrue();
    assertThat(rules("0.0.0.0/0").allows(client("2001:db8::1"))).isFalse();
    assertThat(rules("::/0").allows(client("2001:db8::1"))).isTrue();
    assertThat(new AccessRules(List.of()).allows(client("127.0.0.1"))).isFalse();
  }
}
