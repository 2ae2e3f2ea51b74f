package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.system.StreamFlood.Break;
import dev.namewell.server.testing.Kernel;
import dev.namewell.server.testing.Metrics;
import dev.namewell.server.testing.Namewell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A million broken packets, half of them for each form of UDP sockets: the server goes on
 * answering, loses no count, keeps its size and has nothing to complain of. {@code -Dseed=} takes
 * other packets.
 */
@Timeout(600)
class BadInputTest {
  private static final long SEED = Long.getLong("seed", 20_260_214L);

  private static final int DATAGRAMS = 400_000;
  private static final int MESSAGES = 100_000;

  /** Small enough for the smallest socket buffer, 208 KiB, with what the kernel adds to each. */
  private static final int CHUNK = 64;

  /** Sockets, so that the kernel gives work to every event loop. */
  private static final int CLIENTS = 4;

  /** Rounds of all kinds of broken connections. */
  private static final int BREAKS = 60;

  private static final int MOST_BEFORE_BREAK = 4;
  private static final long MEBI = 1 << 20;

  /** Heap and direct memory of 96 MiB each, code, classes and threads. */
  private static final long MOST_RESIDENT = 448 * MEBI;

  /** Between the first tenth and the end: less than the heap that may lie waste. */
  private static final long MOST_GROWTH = 160 * MEBI;

  @ParameterizedTest
  @ValueSource(strings = {"batched", "portable"})
  void brokenPacketsAreAnsweredOrCountedAndHarmNothing(String form, @TempDir Path folder)
      throws IOException {
    Kernel.required();
    System.out.println("bad input: seed " + SEED + " (-Dseed=), UDP sockets " + form);
    try (EchoingUpstream upstream = new EchoingUpstream();
        Namewell namewell = new Namewell(folder)) {
      namewell
          .configure(
              """
              udp: %s
              threads: 2
              upstreams: "127.0.0.1:%d"
              cache: {size: 8MiB}
              """
                  .formatted(form, upstream.port()))
          .start("-Xmx96m", "-Dio.netty.leakDetection.level=advanced");
      MutatedQueries queries = new MutatedQueries(SEED + form.length());
      flood(namewell, queries);
      String log = namewell.daemon().log();
      assertThat(log).doesNotContain("Exception", "\tat ", "defect", "LEAK", "ERROR");
      assertThat(namewell.metrics().sum("namewell_defects_total")).isZero();
      namewell.daemon().signal("TERM");
      assertThat(namewell.daemon().exit()).isZero();
    }
  }

  private static void flood(Namewell namewell, MutatedQueries queries) throws IOException {
    DatagramFlood[] clients = new DatagramFlood[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = new DatagramFlood(namewell.port());
    }
    sendDatagrams(clients, queries, DATAGRAMS / 10);
    long residentAtFirst = namewell.residentOctets();
    sendDatagrams(clients, queries, DATAGRAMS - DATAGRAMS / 10);
    awaitCountsOfDatagrams(namewell, clients);
    StreamFlood stream = new StreamFlood(namewell.port());
    sendMessages(stream, queries);
    awaitCountsOfMessages(namewell, stream);
    assertThat(namewell.residentOctets())
        .isLessThan(MOST_RESIDENT)
        .isLessThan(residentAtFirst + MOST_GROWTH);
    stream.close();
    for (DatagramFlood client : clients) {
      client.sendGoodQuery();
      client.awaitGoodReply();
      client.close();
    }
  }

  private static void sendDatagrams(DatagramFlood[] clients, MutatedQueries queries, int count)
      throws IOException {
    for (int sent = 0; sent < count; sent += CHUNK * clients.length) {
      for (DatagramFlood client : clients) {
        for (int i = 0; i < CHUNK; i++) {
          client.send(queries.next());
        }
        client.sendGoodQuery();
      }
      for (DatagramFlood client : clients) {
        client.awaitGoodReply();
      }
    }
  }

  private static void sendMessages(StreamFlood stream, MutatedQueries queries) throws IOException {
    for (int round = 0; round < BREAKS; round++) {
      for (Break how : Break.values()) {
        stream.exchangeAndBreak(queries, queries.nextInt(MOST_BEFORE_BREAK), how);
      }
      stream.exchange(queries, CHUNK);
    }
    while (stream.sent() < MESSAGES) {
      stream.exchange(queries, CHUNK);
    }
  }

  /** Late replies come after those to the good queries; none may be missing in the end. */
  private static void awaitCountsOfDatagrams(Namewell namewell, DatagramFlood[] clients) {
    namewell
        .daemon()
        .until(
            "has counted every datagram",
            () -> {
              Metrics metrics = namewell.metrics();
              long delivered = -Kernel.lostDatagrams(namewell.port());
              long replies = 0;
              for (DatagramFlood client : clients) {
                client.drain();
                delivered += client.sent();
                replies += client.received() + client.lost();
              }
              return metrics.answered("udp") + metrics.ignored("udp") == delivered
                  && metrics.answered("udp") - metrics.unsent("udp") == replies;
            });
  }

  private static void awaitCountsOfMessages(Namewell namewell, StreamFlood stream) {
    namewell
        .daemon()
        .until(
            "has counted every message",
            () -> {
              Metrics metrics = namewell.metrics();
              return metrics.answered("tcp") + metrics.ignored("tcp") == stream.sent();
            });
  }
}
