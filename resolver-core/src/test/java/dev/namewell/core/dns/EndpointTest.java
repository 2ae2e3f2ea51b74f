package dev.namewell.core.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5952 §4. */
class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "2001:0DB8::000A, 2001:db8::a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "1:0:0:0:0:0:0:0, 1::",
    "fe80:0:0:0:0:0:0:1%1, fe80::1%1"
  })
  void isShort(String written, String text) {
    assertThat(Endpoint.text(InetAddress.ofLiteral(written))).isEqualTo(text);
  }

  @Test
  void serversAndClientsAreNamedByIt() {
    InetSocketAddress address = new InetSocketAddress("2001:db8:0:0:0:0:0:1", 53);

    assertThat(new Endpoint(address)).hasToString("[2001:db8::1]:53");
    assertThat(Client.of(address, Transport.UDP)).hasToString("2001:db8::1#53");
    assertThat(new Endpoint(new InetSocketAddress("192.0.2.1", 53))).hasToString("192.0.2.1:53");
  }
}
