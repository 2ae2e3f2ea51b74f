package dev.namewell.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.server.listen.ConnectionLimits.Admission;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
  private static Client client(String address) {
    return Client.of(new InetSocketAddress(address, 1000), Transport.TCP);
  }

  @Test
  void theIdleTimeShrinksFromHalfFullToFull() {
    LimitSettings settings = LimitSettings.defaults();
    ConnectionLimits limits = new ConnectionLimits(settings);
    int most = settings.tcpConnections();
    Duration before = settings.tcpIdle();
    for (int used = 1; used <= most; used++) {
      assertThat(limits.admit(client("10.0." + used / 250 + "." + used % 250)))
          .isEqualTo(Admission.ADMITTED);
      Duration now = limits.idle();
      assertThat(now).isLessThanOrEqualTo(before);
      if (used < most / 2) {
        assertThat(now).isEqualTo(settings.tcpIdle());
      }
      before = now;
    }
    assertThat(before).isEqualTo(Duration.ofMillis(200));
    assertThat(limits.tcpKeepalive().getAsInt()).isEqualTo(2);
    assertThat(limits.admit(client("10.9.9.9"))).isEqualTo(Admission.FULL);
    limits.release(client("10.0.0.1"));
    assertThat(limits.admit(client("10.9.9.9"))).isEqualTo(Admission.ADMITTED);
  }

  @Test
  void anIpv6ClientIsItsNetworkAnIpv4ClientItsAddress() {
    LimitSettings settings = LimitSettings.defaults();
    ConnectionLimits limits = new ConnectionLimits(settings);
    for (int i = 0; i < settings.tcpConnectionsPerClient(); i++) {
      assertThat(limits.admit(client("2001:db8:1:2::" + i))).isEqualTo(Admission.ADMITTED);
      assertThat(limits.admit(client("192.0.2.1"))).isEqualTo(Admission.ADMITTED);
    }
    assertThat(limits.admit(client("2001:db8:1:2:ffff::1")))
        .isEqualTo(Admission.TOO_MANY_OF_CLIENT);
    assertThat(limits.admit(client("2001:db8:1:3::1"))).isEqualTo(Admission.ADMITTED);
    assertThat(limits.admit(client("192.0.2.1"))).isEqualTo(Admission.TOO_MANY_OF_CLIENT);
    assertThat(limits.admit(client("192.0.2.2"))).isEqualTo(Admission.ADMITTED);
    assertThat(limits.clients()).isEqualTo(4);
  }

  @Test
  void aShortIdleTimeIsNotProlongedByFillingUp() {
    LimitSettings d = LimitSettings.defaults();
    ConnectionLimits limits =
        new ConnectionLimits(
            new LimitSettings(
                1, 1, 1, 1, 1, 1, d.queryTime(), 1, 1, 1, Duration.ofMillis(50), d.shutdown()));
    assertThat(limits.admit(client("192.0.2.1"))).isEqualTo(Admission.ADMITTED);
    assertThat(limits.idle()).isEqualTo(Duration.ofMillis(50));
  }
}
