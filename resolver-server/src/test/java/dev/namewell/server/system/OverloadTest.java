package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.HeldUpstream;
import dev.namewell.server.testing.Kernel;
import dev.namewell.server.testing.Metrics;
import dev.namewell.server.testing.Namewell;
import dev.namewell.server.testing.Stub;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** More than the server can hold: every query is answered, refused, or counted as dropped. */
@Timeout(300)
class OverloadTest {
  private static final int RESOLUTIONS = 40;
  private static final int PER_QUESTION = 5;
  private static final int WAITING = 60;
  private static final int PER_CLIENT = 25;
  private static final int PIPELINE = 10;

  /** Twice what may wait, from clients of which the first alone asks twice its share. */
  private static final int[] BURST = {2 * PER_CLIENT, 35, 35};

  /** Twice what a socket buffer of 8 MiB holds, at 0.75 KiB for each small datagram. */
  private static final int FLOOD = 24_000;

  @ParameterizedTest
  @ValueSource(strings = {"batched", "portable"})
  void noQueryIsLost(String form, @TempDir Path folder) throws IOException {
    Kernel.required();
    try (HeldUpstream upstream = new HeldUpstream("192.0.2.1");
        Namewell namewell = new Namewell(folder)) {
      namewell
          .configure(
              """
              udp: %s
              threads: 1
              routes: [{zone: ".", upstreams: "127.0.0.1:%d", timeout: 2s}]
              limits:
                resolutions: %d
                waiting-per-question: %d
                waiting: %d
                waiting-per-client: %d
                tcp-pipeline: %d
                query-time: 30s
              """
                  .formatted(
                      form,
                      upstream.port(),
                      RESOLUTIONS,
                      PER_QUESTION,
                      WAITING,
                      PER_CLIENT,
                      PIPELINE))
          .start();
      burst(namewell, upstream);
      pipeline(namewell, upstream);
      floodWhileStopped(namewell);
      assertThat(namewell.daemon().log()).doesNotContain("Exception", "\tat ", "ERROR");
    }
  }

  /** The upstream answers nothing until all is sent, so what is held is known exactly. */
  private static void burst(Namewell namewell, HeldUpstream upstream) throws IOException {
    Metrics before = namewell.metrics();
    upstream.hold();
    List<Stub> clients = new ArrayList<>();
    int sent = 0;
    for (int client = 0; client < BURST.length; client++) {
      Stub stub = new Stub("127.0.0." + (client + 2), namewell.port());
      clients.add(stub);
      for (int i = 0; i < BURST[client]; i++) {
        stub.send(Stub.query(nameOf(client, i), Type.A));
      }
      sent += BURST[client];
    }
    long all = sent;
    namewell
        .daemon()
        .until(
            "has taken all queries",
            () -> {
              Metrics now = namewell.metrics();
              return now.answered("udp")
                      - before.answered("udp")
                      + now.sum("namewell_waiting_clients")
                  == all;
            });
    Metrics full = namewell.metrics();
    long waiting = full.sum("namewell_waiting_clients");
    long refused = limitsReached(full) - limitsReached(before);
    assertThat(waiting).isLessThanOrEqualTo(WAITING);
    assertThat(full.sum("namewell_resolutions_in_flight")).isLessThanOrEqualTo(RESOLUTIONS);
    assertThat(waiting + refused).isEqualTo(all);
    for (String limit : List.of("resolutions", "waiting-per-question", "waiting-per-client")) {
      assertThat(full.sum("namewell_limits_reached_total", "limit=\"limits." + limit + "\""))
          .as(limit)
          .isPositive();
    }
    upstream.release();
    int answered = 0;
    int failed = 0;
    for (int client = 0; client < BURST.length; client++) {
      for (int i = 0; i < BURST[client]; i++) {
        Message reply = clients.get(client).receive();
        answered += reply.getRcode() == Rcode.NOERROR ? 1 : 0;
        failed += reply.getRcode() == Rcode.SERVFAIL ? 1 : 0;
      }
      clients.get(client).close();
    }
    assertThat(answered).isEqualTo(waiting);
    assertThat(failed).isEqualTo(refused);
    Metrics after = namewell.metrics();
    assertThat(after.answered("udp") - before.answered("udp")).isEqualTo(sent);
    assertThat(after.ignored("udp") + after.unsent("udp")).isZero();
    assertThat(after.sum("namewell_waiting_clients")).isZero();
  }

  /** The first client asks one question again and again, so that few can wait for it. */
  private static String nameOf(int client, int number) {
    boolean same = client == 0 && number < 2 * PER_QUESTION;
    return (same ? "same" : "n" + number + "-c" + client) + ".burst.example.";
  }

  private static long limitsReached(Metrics metrics) {
    return metrics.sum("namewell_limits_reached_total");
  }

  /** A connection may ask on while its limit is reached: the rest waits in the socket. */
  private static void pipeline(Namewell namewell, HeldUpstream upstream) throws IOException {
    upstream.hold();
    try (Socket stream = Stub.connect(namewell.port())) {
      for (int i = 0; i < 2 * PIPELINE; i++) {
        Stub.write(stream, Stub.query("t" + i + ".pipeline.example.", Type.A));
      }
      namewell
          .daemon()
          .until(
              "waits for as many as one connection may have",
              () -> namewell.metrics().sum("namewell_waiting_clients") == PIPELINE);
      upstream.release();
      for (int i = 0; i < 2 * PIPELINE; i++) {
        assertThat(Stub.answers(Stub.read(stream))).isEqualTo("192.0.2.1");
      }
    }
  }

  /** The kernel drops what a stopped server does not fetch, and says how many that were. */
  private static void floodWhileStopped(Namewell namewell) throws IOException {
    Metrics before = namewell.metrics();
    long lostBefore = Kernel.lostDatagrams(namewell.port());
    try (DatagramFlood client = new DatagramFlood(namewell.port())) {
      namewell.daemon().signal("STOP");
      try {
        for (int i = 0; i < FLOOD; i++) {
          client.sendGoodQuery();
        }
      } finally {
        namewell.daemon().signal("CONT");
      }
      assertThat(Kernel.lostDatagrams(namewell.port())).isGreaterThan(lostBefore);
      namewell
          .daemon()
          .until(
              "has answered whatever arrived",
              () -> {
                client.drain();
                long lost = Kernel.lostDatagrams(namewell.port()) - lostBefore;
                Metrics now = namewell.metrics();
                long answered = now.answered("udp") - before.answered("udp");
                long unsent = now.unsent("udp") - before.unsent("udp");
                return answered + lost == client.sent()
                    && client.received() + client.lost() + unsent == answered;
              });
      client.awaitGoodReply();
    }
  }
}
