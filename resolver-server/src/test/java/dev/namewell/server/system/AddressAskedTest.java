package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server with several addresses that listens on all of them. Clients take a reply only from the
 * address they have asked, which the routing table alone would not choose.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressAskedTest {
  private static final String[] ADDRESSES = {
    "10.98.1.1", "10.98.1.2", "10.98.7.7", "fd00:98::1", "fd00:98::2", "fd00:98:7::7"
  };

  private Host server;
  private Host client;
  private String dig;

  AddressAskedTest() {
    dig = Requires.tool("dig");
    server = new Host("many");
    client = new Host("asker");
  }

  @BeforeAll
  void build() {
    Host.cable(server, "lan0", client, "lan0");
    for (String cidr : new String[] {"10.98.1.1/24", "10.98.1.2/24", "10.98.7.7/32"}) {
      server.address("lan0", cidr);
    }
    // Without the check for duplicates: addresses are there at once.
    for (String cidr : new String[] {"fd00:98::1/64", "fd00:98::2/64", "fd00:98:7::7/128"}) {
      server.run("ip", "address", "add", cidr, "dev", "lan0", "nodad");
    }
    client.address("lan0", "10.98.1.100/24");
    client.run("ip", "address", "add", "fd00:98::100/64", "dev", "lan0", "nodad");
    client.run("ip", "route", "add", "10.98.7.0/24", "via", "10.98.1.1");
    client.run("ip", "route", "add", "fd00:98:7::/64", "via", "fd00:98::1");
  }

  @AfterAll
  void remove() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"batched", "portable"})
  void repliesLeaveFromTheAddressThatWasAsked(String form, @TempDir Path folder) {
    try (Daemon _ = namewell(form, folder)) {
      for (String address : ADDRESSES) {
        assertThat(ask(address, "+notcp", "localhost", "A")).contains("status: NOERROR");
        // Nobody is there to be asked: a late reply, on another way through the server.
        assertThat(ask(address, "+notcp", form + ".miss.example", "A"))
            .contains("status: SERVFAIL");
        assertThat(ask(address, "+tcp", "localhost", "AAAA")).contains("status: NOERROR");
      }
    }
  }

  private Daemon namewell(String form, Path folder) {
    Path config = folder.resolve(form + ".yaml");
    Servers.write(
        config,
        """
        listen: ["0.0.0.0:53", "[::]:53"]
        udp: %s
        upstreams: "127.0.0.1:9"
        http: off
        control: off
        """
            .formatted(form));
    return Daemon.start(
            folder,
            form,
            Servers.namewellCommand(server.prefix(), "serve", "--config", config.toString()))
        .untilLogged("ready: answering");
  }

  /** dig waits on when a reply comes from elsewhere, and tells so. */
  private String ask(String address, String transport, String name, String type) {
    String output = client.run(dig, "@" + address, transport, "+tries=1", "+time=20", name, type);
    assertThat(output).contains("SERVER: " + address + "#53").doesNotContain("unexpected source");
    return output;
  }

  @Test
  void theLibraryOfAClientAsksOverIpv6(@TempDir Path folder) throws IOException {
    Servers.write(client.resolvConf(), "nameserver fd00:98::2\noptions timeout:20 attempts:1\n");
    try (Daemon _ = namewell("auto", folder)) {
      assertThat(client.run("getent", "ahostsv4", "www.localhost")).contains("127.0.0.1");
      assertThat(client.run("getent", "ahostsv6", "www.localhost")).contains("::1");
    }
  }
}
