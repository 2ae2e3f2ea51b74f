package dev.namewell.core.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.resolve.WorkAccounts.ClientNetwork;
import dev.namewell.core.sim.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who costs too much waits until time has paid for it, and nobody else does. */
class WorkAccountsTest {
  private static final DnsName HOSTILE = DnsName.parse("hostile.example.");
  private static final DnsName OTHER = DnsName.parse("other.example.");

  private final World world = new World(9, "");
  private final WorkAccounts accounts = new WorkAccounts(world.time(), Runnable::run);

  @AfterEach
  void end() {
    world.close();
  }

  private static ClientNetwork network(String address) {
    return network(address, true);
  }

  private static ClientNetwork network(String address, boolean proved) {
    InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral(address), 4000);
    return ClientNetwork.of(new Resolutions.Asker(Client.of(from, Transport.UDP), proved));
  }

  private void waste(DnsName zone, ClientNetwork client, int signatures) {
    for (int i = 0; i < signatures; i++) {
      accounts.charge(zone, WorkAccounts.SIGNATURE);
      accounts.charge(client, WorkAccounts.SIGNATURE);
    }
  }

  @Test
  void aZoneIsOverUntilTimeHasPaid() {
    waste(HOSTILE, network("192.0.2.1"), 256);
    assertThat(accounts.isOver(HOSTILE)).isFalse();

    waste(HOSTILE, network("192.0.2.1"), 64);
    assertThat(accounts.isOver(HOSTILE)).isTrue();
    assertThat(accounts.isOver(OTHER)).isFalse();
    assertThat(accounts.isOver(network("192.0.2.1"))).isFalse();

    world.pass(Duration.ofSeconds(3));
    assertThat(accounts.isOver(HOSTILE)).isFalse();
  }

  @Test
  void aClientMayAskForSeveralBrokenZones() {
    waste(HOSTILE, network("192.0.2.1"), 1000);
    assertThat(accounts.isOver(network("192.0.2.1"))).isFalse();

    waste(OTHER, network("192.0.2.1"), 100);
    assertThat(accounts.isOver(network("192.0.2.1"))).isTrue();
    assertThat(accounts.isOver(network("198.51.100.1"))).isFalse();
  }

  @Test
  void whatMayBeOthersDoingIsNotChargedToWhoProvesItsAddress() {
    waste(HOSTILE, network("192.0.2.1", false), 1100);

    assertThat(accounts.isOver(network("192.0.2.1", false))).isTrue();
    assertThat(accounts.isOver(network("192.0.2.1", true))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.200, true",
    "192.0.2.1, 192.0.3.1, false",
    "10.0.0.1, 10.0.0.2, false",
    "172.31.0.1, 172.31.0.2, false",
    "172.32.0.1, 172.32.0.2, true",
    "192.168.1.1, 192.168.1.2, false",
    "2001:db8:0:1::1, 2001:db8:0:ff::2, true",
    "2001:db8:0:1::1, 2001:db8:1::1, false",
    "fd00::1, fd00::2, false"
  })
  void aNetworkIsOneClient(String one, String other, boolean same) {
    assertThat(network(one).equals(network(other))).isEqualTo(same);
  }
}
