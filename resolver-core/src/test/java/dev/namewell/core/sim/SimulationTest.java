package dev.namewell.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.ExchangeResult.Response;
import dev.namewell.core.port.ExchangeResult.TimedOut;
import dev.namewell.core.port.ExchangeResult.Unreachable;
import dev.namewell.core.port.Task;
import dev.namewell.core.wire.QueryWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** The simulator itself: time, order, network and servers. */
class SimulationTest {
  private static final String ZONE =
      """
      example. 3600 IN SOA ns.example. host.example. 1 7200 3600 1209600 300
      www.example. 60 IN A 192.0.2.80
      alias.example. 60 IN CNAME www.example.
      """;

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Fifty tasks that sleep, wait for each other and talk over a bad network. */
  private static long fingerprint(long seed) {
    try (SimulatedTasks tasks = new SimulatedTasks(seed)) {
      SimulatedNetwork network = new SimulatedNetwork(tasks, seed);
      SimulatedServer server = new SimulatedServer(new SimulatedZone(ZONE), true, seed);
      Endpoint endpoint =
          network.add("192.0.2.1", server, Duration.ofMillis(20), Duration.ofMillis(100));
      network.fault(endpoint, new Fault.Lost(0.3));
      network.fault(endpoint, new Fault.Doubled(0.3));
      network.fault(endpoint, new Fault.Garbled(0.2));
      for (int i = 0; i < 50; i++) {
        Duration wait = Duration.ofMillis(i % 7);
        Task<ExchangeResult> first =
            tasks.start(
                "ask " + i,
                () -> {
                  tasks.sleep(wait);
                  return network.send(endpoint, Transport.UDP, query("www.example."), SECOND);
                });
        tasks.<@Nullable Void>start(
            "wait " + i,
            () -> {
              first.await(Duration.ofMillis(30));
              return null;
            });
      }
      tasks.runToEnd();
      assertThat(tasks.live()).isEmpty();
      return tasks.trace().fingerprint();
    }
  }

  private static byte[] query(String name) {
    return QueryWriter.write(
        Question.of(DnsName.parse(name), RecordType.A),
        true,
        new QueryWriter.OutgoingEdns(1232, new byte[0], false));
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    long first = fingerprint(7);
    for (int i = 0; i < 5; i++) {
      assertThat(fingerprint(7)).isEqualTo(first);
    }
  }

  @Test
  void anotherSeedGivesAnotherRun() {
    assertThat(fingerprint(8)).isNotEqualTo(fingerprint(7));
  }

  @Test
  void eightHoursPassWithoutWaiting() {
    try (SimulatedTasks tasks = new SimulatedTasks(1)) {
      List<Duration> seen = new ArrayList<>();
      tasks.<@Nullable Void>start(
          "sleeper",
          () -> {
            for (int hour = 0; hour < 8; hour++) {
              tasks.sleep(Duration.ofHours(1));
              seen.add(tasks.elapsed());
            }
            return null;
          });
      tasks.runToEnd();
      assertThat(seen).hasSize(8).endsWith(Duration.ofHours(8));
    }
  }

  @Test
  void waitingEndsAtTheTimeOrWithTheTask() {
    try (SimulatedTasks tasks = new SimulatedTasks(1)) {
      Task<String> slow =
          tasks.start(
              "slow",
              () -> {
                tasks.sleep(SECOND);
                return "late";
              });
      List<Object> seen = new ArrayList<>();
      tasks.<@Nullable Void>start(
          "waiter",
          () -> {
            seen.add(slow.await(Duration.ofMillis(300)));
            seen.add(tasks.elapsed());
            seen.add(slow.await(Duration.ofSeconds(9)));
            seen.add(tasks.elapsed());
            return null;
          });
      tasks.runToEnd();
      assertThat(seen)
          .containsExactly(
              new Task.StillRunning<String>(),
              Duration.ofMillis(300),
              new Task.Done<>("late"),
              SECOND);
    }
  }

  @Test
  void anExceptionIsADefectOfItsTask() {
    try (SimulatedTasks tasks = new SimulatedTasks(1)) {
      Task<String> broken =
          tasks.start(
              "broken",
              () -> {
                throw new IllegalStateException("boom");
              });
      List<Object> seen = new ArrayList<>();
      tasks.<@Nullable Void>start(
          "waiter",
          () -> {
            seen.add(broken.await(SECOND));
            return null;
          });
      tasks.runToEnd();
      assertThat(seen.getFirst()).isInstanceOf(Task.Threw.class);
    }
  }

  @Test
  void blockingOnTheEventLoopIsFound() {
    try (SimulatedTasks tasks = new SimulatedTasks(1)) {
      tasks.at(SECOND, () -> tasks.sleep(SECOND));
      assertThatThrownBy(tasks::runToEnd).hasMessageContaining("outside of a task");
    }
  }

  private static ExchangeResult exchange(Transport transport, String name, Fault... faults) {
    return exchange(new SimulatedServer(new SimulatedZone(ZONE), true, 3), transport, name, faults);
  }

  private static ExchangeResult exchange(
      SimulatedServer server, Transport transport, String name, Fault... faults) {
    try (SimulatedTasks tasks = new SimulatedTasks(3)) {
      SimulatedNetwork network = new SimulatedNetwork(tasks, 3);
      Endpoint endpoint = network.add("192.0.2.1", server, Duration.ofMillis(20), Duration.ZERO);
      for (Fault fault : faults) {
        network.fault(endpoint, fault);
      }
      List<ExchangeResult> results = new ArrayList<>();
      tasks.start("ask", () -> results.add(network.send(endpoint, transport, query(name), SECOND)));
      tasks.runToEnd();
      assertThat(network.violations()).isEmpty();
      return results.getFirst();
    }
  }

  private static Message message(ExchangeResult result) {
    assertThat(result).isInstanceOf(Response.class);
    try {
      return new Message(((Response) result).message());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerAnswersFromItsZone() {
    Message alias = message(exchange(Transport.UDP, "alias.example."));
    assertThat(alias.getSection(Section.ANSWER)).hasSize(2);
    assertThat(alias.getHeader().getFlag(Flags.RA)).isTrue();

    Message missing = message(exchange(Transport.UDP, "missing.example."));
    assertThat(missing.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(missing.getSection(Section.AUTHORITY)).hasSize(1);
  }

  @Test
  void aRoundTripTakesItsTime() {
    Response response = (Response) exchange(Transport.UDP, "www.example.");
    assertThat(Duration.ofNanos(response.roundTripNanos())).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void faultsDoWhatTheySay() {
    String name = "www.example.";
    assertThat(exchange(Transport.UDP, name, new Fault.Dead())).isEqualTo(new TimedOut(0));
    assertThat(exchange(Transport.TCP, name, new Fault.TcpClosed()))
        .isInstanceOf(Unreachable.class);
    assertThat(exchange(Transport.UDP, name, new Fault.Slow(Duration.ofSeconds(3))))
        .isEqualTo(new TimedOut(0));
    Response spoofed =
        (Response)
            exchange(
                Transport.UDP,
                name,
                new Fault.Spoofed(1, Fault.Forgery.WRONG_ID),
                new Fault.Spoofed(1, Fault.Forgery.OTHER_QUESTION));
    assertThat(spoofed.mismatches()).isEqualTo(2);
    assertThat(message(spoofed).getSection(Section.ANSWER).getFirst().rdataToString())
        .isEqualTo("192.0.2.80");
  }

  @Test
  void quirksDoWhatTheySay() {
    SimulatedServer server = new SimulatedServer(new SimulatedZone(ZONE), true, 3);
    Message servfail =
        message(exchange(server.with(Quirk.SERVFAIL), Transport.UDP, "www.example."));
    assertThat(servfail.getRcode()).isEqualTo(Rcode.SERVFAIL);
    Message cut = message(exchange(server.with(Quirk.TRUNCATES), Transport.UDP, "www.example."));
    assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
    Message whole = message(exchange(server, Transport.TCP, "www.example."));
    assertThat(whole.getSection(Section.ANSWER)).hasSize(1);
    Message formerr =
        message(exchange(server.with(Quirk.FORMERR_ON_EDNS), Transport.UDP, "www.example."));
    assertThat(formerr.getRcode()).isEqualTo(Rcode.FORMERR);
  }
}
