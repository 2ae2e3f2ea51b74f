package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Kernel;
import dev.namewell.server.testing.Metrics;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interface that takes packets more slowly than they are answered, until a buffer is full. */
@Timeout(300)
class SlowInterfaceTest {
  private static final int DNS_PORT = 53;
  private static final int HTTP_PORT = 9153;

  /** Twice what a send buffer of 8 MiB holds, at 0.75 KiB for each small datagram. */
  private static final int FLOOD = 24_000;

  /** Queries between two looks at what the server has done. */
  private static final int CHUNK = 4000;

  private static final int SOCKET_BUFFER = 4 << 20;

  /** A for {@code localhost.} */
  private static final byte[] QUERY = {
    0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0, 0, 1, 0,
    1
  };

  private int received;

  @ParameterizedTest
  @ValueSource(strings = {"batched", "portable"})
  void repliesWithoutRoomAreCountedAndTheRestLeavesLater(String form, @TempDir Path folder)
      throws IOException {
    Requires.root();
    String tc = Requires.tool("tc");
    try (Host server = new Host("slow");
        Host client = new Host("quick")) {
      Host.cable(server, "lan0", client, "lan0");
      server.address("lan0", "10.97.1.1/24");
      client.address("lan0", "10.97.1.2/24");
      try (Daemon namewell = namewell(server, form, folder);
          DatagramChannel socket = client.on(SlowInterfaceTest::socket)) {
        acquaint(server, client);
        Metrics before = server.on(() -> Metrics.read(HTTP_PORT));
        shape(server, tc, "add", "16kbit");
        long sent = flood(server, namewell, socket, before);
        assertThat(server.on(() -> Metrics.read(HTTP_PORT)).unsent("udp")).isPositive();
        // Not so quick that the kernel drops packets on the way, as it may at a thousand at once.
        shape(server, tc, "change", "20mbit");
        namewell.until(
            "has sent the rest",
            () -> {
              received += drain(socket);
              long lost =
                  client.on(() -> Kernel.lostDatagrams(port(socket)))
                      + server.on(() -> Kernel.lostDatagrams(DNS_PORT));
              Metrics now = server.on(() -> Metrics.read(HTTP_PORT));
              return received + lost + now.unsent("udp") - before.unsent("udp") == sent;
            });
        assertThat(client.run(Requires.tool("dig"), "@10.97.1.1", "localhost")).contains("NOERROR");
        assertThat(namewell.log()).doesNotContain("Exception", "\tat ");
      }
    }
  }

  /** For good: on a slow interface they would lose sight of each other. */
  private static void acquaint(Host server, Host client) {
    String serverMac = server.run("cat", "/sys/class/net/lan0/address").strip();
    String clientMac = client.run("cat", "/sys/class/net/lan0/address").strip();
    server.run("ip", "neigh", "replace", "10.97.1.2", "lladdr", clientMac, "dev", "lan0");
    client.run("ip", "neigh", "replace", "10.97.1.1", "lladdr", serverMac, "dev", "lan0");
  }

  private static DatagramChannel socket() throws IOException {
    DatagramChannel socket = DatagramChannel.open(StandardProtocolFamily.INET);
    socket.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("10.97.1.2"), 0));
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("10.97.1.1"), DNS_PORT));
    socket.configureBlocking(false);
    return socket;
  }

  private static Daemon namewell(Host server, String form, Path folder) {
    Path config = folder.resolve("slow.yaml");
    Servers.write(
        config,
        """
        listen: "10.97.1.1:53"
        udp: %s
        threads: 1
        upstreams: "127.0.0.1:9"
        http: "127.0.0.1:%d"
        control: off
        """
            .formatted(form, HTTP_PORT));
    return Daemon.start(
            folder,
            "slow",
            Servers.namewellCommand(server.prefix(), "serve", "--config", config.toString()))
        .untilLogged("ready: answering");
  }

  private static void shape(Host server, String tc, String verb, String rate) {
    server.run(
        tc, "qdisc", verb, "dev", "lan0", "root", "tbf", "rate", rate, "burst", "32kb", "limit",
        "256mb");
  }

  /** Sends in portions that a receive buffer of 8 MiB has room for, until all are answered. */
  private long flood(Host server, Daemon namewell, DatagramChannel socket, Metrics before)
      throws IOException {
    long sent = 0;
    while (sent < FLOOD) {
      for (int i = 0; i < CHUNK; i++) {
        while (socket.write(ByteBuffer.wrap(QUERY)) == 0) {
          Thread.onSpinWait();
        }
      }
      sent += CHUNK;
      long all = sent;
      namewell.until(
          "takes all queries",
          () -> {
            received += drain(socket);
            return server.on(() -> Metrics.read(HTTP_PORT)).answered("udp")
                    - before.answered("udp")
                    + server.on(() -> Kernel.lostDatagrams(DNS_PORT))
                == all;
          });
    }
    return sent;
  }

  private static int port(DatagramChannel socket) throws IOException {
    return ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }

  private static int drain(DatagramChannel socket) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(1024);
    int count = 0;
    while (socket.read(in.clear()) > 0) {
      count++;
    }
    return count;
  }
}
