package dev.namewell.server.listen;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.server.listen.TestServer.Form;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What both forms of UDP sockets do alike. */
@Timeout(60)
class UdpListenerTest {
  private static final int PATIENCE_MILLIS = 10_000;

  /** Connected, so that a reply from another address than the one asked is never seen. */
  private static DatagramSocket client(InetSocketAddress server) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setReceiveBufferSize(1 << 20);
    socket.connect(server);
    return socket;
  }

  private static void send(DatagramSocket client, byte[] message) throws IOException {
    client.send(new DatagramPacket(message, message.length));
  }

  private static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket reply = new DatagramPacket(new byte[65536], 65536);
    client.receive(reply);
    return Arrays.copyOf(reply.getData(), reply.getLength());
  }

  private static byte[] ask(InetSocketAddress server, String message) throws IOException {
    try (DatagramSocket client = client(server)) {
      send(client, message.getBytes(US_ASCII));
      return receive(client);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BATCHED, 127.0.0.1", "PORTABLE_EPOLL, 127.0.0.1", "PORTABLE_NIO, 127.0.0.1",
    "BATCHED, ::1", "PORTABLE_EPOLL, ::1", "PORTABLE_NIO, ::1"
  })
  void repliesFromTheAddressListenedOn(Form form, String address) throws IOException {
    try (TestServer server = new TestServer(form, 2, TestServer.ECHO, address)) {
      assertThat(ask(server.at(address), "a query")).asString(US_ASCII).isEqualTo("a query");
      assertThat(server.events.defects).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BATCHED"})
  void aWildcardRepliesFromTheAddressThatWasAsked(Form form) throws IOException {
    try (TestServer server = new TestServer(form, 1, TestServer.ECHO, "0.0.0.0", "::")) {
      for (String asked : new String[] {"127.0.0.1", "127.0.0.2", "127.0.0.3"}) {
        assertThat(ask(new InetSocketAddress(InetAddress.ofLiteral(asked), server.port(0)), asked))
            .asString(US_ASCII)
            .isEqualTo(asked);
      }
      assertThat(ask(new InetSocketAddress(InetAddress.ofLiteral("::1"), server.port(1)), "six"))
          .asString(US_ASCII)
          .isEqualTo("six");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHandlerSeesWhoAsked(Form form) throws IOException, InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (TestServer server =
            new TestServer(
                form, 1, (_, _, client, _, _) -> seen.add(client.toString()), "127.0.0.1", "::1");
        DatagramSocket four = client(server.at("127.0.0.1"));
        DatagramSocket six =
            client(new InetSocketAddress(InetAddress.ofLiteral("::1"), server.port(1)))) {
      send(four, new byte[12]);
      assertThat(seen.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
          .isEqualTo("127.0.0.1#" + four.getLocalPort());
      send(six, new byte[12]);
      assertThat(seen.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
          .isEqualTo("::1#" + six.getLocalPort());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPacketOfABurstBeyondOneBatchIsAnswered(Form form) throws IOException {
    int burst = 700;
    try (TestServer server = new TestServer(form, 1, TestServer.ECHO, "127.0.0.1");
        DatagramSocket client = client(server.at("127.0.0.1"))) {
      for (int i = 0; i < burst; i++) {
        send(client, new byte[] {(byte) (i >> 8), (byte) i});
      }
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < burst; i++) {
        byte[] reply = receive(client);
        seen.add((reply[0] & 0xff) << 8 | (reply[1] & 0xff));
      }
      assertThat(seen).hasSize(burst);
      assertThat(server.events.drops(DropReason.SEND_FAILED)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void detachedRepliesComeFromOtherThreadsInAnyOrder(Form form) throws Exception {
    int queries = 300;
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (TestServer server =
            new TestServer(
                form, 1, (_, _, _, sink, _) -> waiting.add(sink.detach()), "127.0.0.1", "::1");
        DatagramSocket four = client(server.at("127.0.0.1"));
        DatagramSocket six =
            client(new InetSocketAddress(InetAddress.ofLiteral("::1"), server.port(1)))) {
      for (int i = 0; i < queries; i++) {
        send(i % 2 == 0 ? four : six, new byte[] {1});
      }
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = 0; i < queries / threads.length; i++) {
                        try {
                          waiting.take().send("late reply".getBytes(US_ASCII), 4);
                        } catch (InterruptedException e) {
                          return;
                        }
                      }
                    });
      }
      for (int i = 0; i < queries / 2; i++) {
        assertThat(receive(four)).asString(US_ASCII).isEqualTo("late");
        assertThat(receive(six)).asString(US_ASCII).isEqualTo("late");
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDetachedReplyOfAWildcardLeavesFromTheAddressThatWasAsked(Form form) throws Exception {
    try (TestServer server =
        new TestServer(
            form,
            1,
            (query, length, _, sink, _) -> {
              ReplySink later = sink.detach();
              byte[] copy = Arrays.copyOf(query, length);
              Thread.ofVirtual().start(() -> later.send(copy, copy.length));
            },
            "0.0.0.0")) {
      // A portable wildcard knows the addresses of interfaces, of which 127.0.0.2 is none.
      String asked = form == Form.BATCHED ? "127.0.0.2" : "127.0.0.1";
      assertThat(ask(server.at(asked), "later")).asString(US_ASCII).isEqualTo("later");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyDatagramIsHandledAndHarmless(Form form) throws Exception {
    BlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
    try (TestServer server =
            new TestServer(
                form,
                1,
                (query, length, _, sink, _) -> {
                  lengths.add(length);
                  sink.send(query, length);
                },
                "127.0.0.1");
        DatagramSocket client = new DatagramSocket()) {
      // A connected socket of the JDK does not send what is empty.
      client.send(new DatagramPacket(new byte[0], 0, server.at("127.0.0.1")));
      client.send(new DatagramPacket(new byte[] {7}, 1, server.at("127.0.0.1")));
      assertThat(lengths.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isZero();
      byte[] reply = receive(client);
      assertThat(reply.length == 0 ? receive(client) : reply).containsExactly(7);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOversizeDatagramIsCutAndAnOversizeReplyCounted(Form form) throws Exception {
    BlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
    try (TestServer server =
            new TestServer(
                form,
                1,
                (query, length, _, sink, _) -> {
                  lengths.add(length);
                  sink.send(query, length > 12 ? 65_535 : length);
                },
                "127.0.0.1");
        DatagramSocket client = client(server.at("127.0.0.1"))) {
      send(client, new byte[60_000]);
      send(client, new byte[12]);
      assertThat(lengths.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(ServingLoop.SLOT);
      assertThat(receive(client)).hasSize(12);
      assertThat(server.events.drops(DropReason.SEND_FAILED)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aThrowingHandlerIsADefectAndTheNextQueryIsAnswered(Form form) throws Exception {
    try (TestServer server =
            new TestServer(
                form,
                1,
                (query, length, _, sink, _) -> {
                  if (length == 1) {
                    throw new IllegalStateException("wanted");
                  }
                  sink.send(query, length);
                },
                "127.0.0.1");
        DatagramSocket client = client(server.at("127.0.0.1"))) {
      send(client, new byte[1]);
      send(client, new byte[2]);
      assertThat(receive(client)).hasSize(2);
      assertThat(server.events.defects).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whileDrainingLateRepliesGoOutAndNoQueryComesIn(Form form) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (TestServer server =
            new TestServer(form, 1, (_, _, _, sink, _) -> waiting.add(sink.detach()), "127.0.0.1");
        DatagramSocket client = client(server.at("127.0.0.1"))) {
      send(client, new byte[1]);
      ReplySink sink = waiting.take();
      server.udp.stopReading();
      server.loops.loops().getFirst().submit(() -> {}).sync();
      send(client, new byte[1]);
      sink.send(new byte[3], 3);
      assertThat(receive(client)).hasSize(3);
      assertThat(waiting).isEmpty();
      server.udp.close();
      sink.send(new byte[3], 3);
      server.loops.loops().getFirst().submit(() -> {}).sync();
      assertThat(server.events.drops(DropReason.CLIENT_GONE)).isEqualTo(1);
    }
  }
}
