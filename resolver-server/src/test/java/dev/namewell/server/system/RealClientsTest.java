package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** dig, kdig and nslookup ask Namewell, whose first upstream is silent and whose second is NSD. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClientsTest {
  private static final String ZONE =
      """
      $TTL 300
      . SOA ns.test-root. host.test-root. 1 7200 3600 86400 60
      . NS ns.test-root.
      ns.test-root. A 127.0.0.1
      www.shop.example. A 192.0.2.10
      www.shop.example. AAAA 2001:db8::10
      alias.shop.example. CNAME www.shop.example.
      big.shop.example. TXT "%s"
      big.shop.example. TXT "%s"
      big.shop.example. TXT "%s"
      big.shop.example. TXT "%s"
      big.shop.example. TXT "%s"
      big.shop.example. TXT "%s"
      """
          .formatted(
              "a".repeat(250),
              "b".repeat(250),
              "c".repeat(250),
              "d".repeat(250),
              "e".repeat(250),
              "f".repeat(250));

  private DatagramSocket silent;
  private Daemon nsd;
  private Daemon namewell;
  private String port;

  @BeforeAll
  void start(@TempDir Path folder) throws SocketException {
    silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    int upstream = Daemon.freePort();
    nsd = Servers.nsd(folder, "127.0.0.1", upstream, ZONE).untilAnswering(upstream);
    int own = Daemon.freePort();
    port = Integer.toString(own);
    Path config = folder.resolve("namewell.yaml");
    Servers.write(
        config,
        """
        listen: ["127.0.0.1:%d", "[::1]:%d"]
        upstreams: ["127.0.0.1:%d", "127.0.0.1:%d"]
        http: off
        control: %s/control.sock
        """
            .formatted(own, own, silent.getLocalPort(), upstream, folder));
    namewell =
        Servers.namewell(folder, "namewell", "serve", "--config", config.toString())
            .untilAnswering(own);
  }

  @AfterAll
  void stop() {
    namewell.close();
    nsd.close();
    silent.close();
  }

  private String dig(String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = Requires.tool("dig");
    command[1] = "-p";
    command[2] = port;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return Command.output(command);
  }

  @Test
  void digOverUdpAndTcpIpv4AndIpv6() {
    for (String server : new String[] {"@127.0.0.1", "@::1"}) {
      for (String transport : new String[] {"+notcp", "+tcp"}) {
        String output = dig(server, transport, "www.shop.example", "AAAA");
        assertThat(output)
            .contains("status: NOERROR", "flags: qr rd ra;", "2001:db8::10", "udp: 1232")
            .doesNotContain("WARNING");
      }
    }
  }

  @Test
  void digIsGivenACookie() {
    for (String server : new String[] {"@127.0.0.1", "@::1"}) {
      assertThat(dig(server, "+cookie=2464c4abcf10c957", "www.shop.example"))
          .contains("status: NOERROR", "; COOKIE: 2464c4abcf10c95701000000", " (good)")
          .doesNotContain("WARNING");
    }
  }

  @Test
  void aliasesAndNegativeAnswers() {
    assertThat(dig("@127.0.0.1", "+short", "alias.shop.example"))
        .isEqualTo("www.shop.example.\n192.0.2.10\n");
    assertThat(dig("@127.0.0.1", "nowhere.shop.example"))
        .contains("status: NXDOMAIN", "ANSWER: 0, AUTHORITY: 1");
    assertThat(dig("@127.0.0.1", "www.shop.example", "MX"))
        .contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1");
  }

  @Test
  void truncatedAnswersAreFetchedOverTcp() {
    assertThat(dig("@127.0.0.1", "+ignore", "big.shop.example", "TXT")).contains("flags: qr tc rd");
    assertThat(dig("@127.0.0.1", "big.shop.example", "TXT"))
        .contains("ANSWER: 6", "retrying in TCP mode");
  }

  @Test
  void ednsErrorsAreToldApart() {
    assertThat(dig("@127.0.0.1", "+edns=1", "+noednsneg", "www.shop.example"))
        .contains("status: BADVERS");
    assertThat(dig("@127.0.0.1", "+opcode=notify", "www.shop.example")).contains("NOTIMP");
  }

  @Test
  void specialUseNamesAreAnsweredHere() {
    assertThat(dig("@127.0.0.1", "+short", "app.localhost")).isEqualTo("127.0.0.1\n");
    assertThat(dig("@127.0.0.1", "x.onion")).contains("status: NXDOMAIN", "flags: qr aa rd ra");
    assertThat(dig("@127.0.0.1", "+short", "-x", "127.0.0.1")).isEqualTo("localhost.\n");
    assertThat(dig("@127.0.0.1", "ANY", "www.shop.example")).contains("RFC8482");
    assertThat(dig("@127.0.0.1", "CH", "TXT", "version.bind")).contains("Namewell");
  }

  @Test
  void kdigPipelinesOverOneConnection() {
    String output =
        Command.output(
            Requires.tool("kdig"),
            "@127.0.0.1",
            "-p",
            port,
            "+tcp",
            "+keepopen",
            "www.shop.example",
            "A",
            "alias.shop.example",
            "A");
    assertThat(output).contains("192.0.2.10").contains("www.shop.example.");
  }

  @Test
  void nslookupSaysNonAuthoritativeAnswer() {
    String output =
        Command.output(Requires.tool("nslookup"), "-port=" + port, "www.shop.example", "127.0.0.1");
    assertThat(output).contains("Non-authoritative answer:", "192.0.2.10", "2001:db8::10");
  }
}
