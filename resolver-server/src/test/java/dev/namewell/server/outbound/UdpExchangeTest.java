package dev.namewell.server.outbound;

import static dev.namewell.server.outbound.ExchangeFixture.PATIENT;
import static dev.namewell.server.outbound.ExchangeFixture.SHORT;
import static dev.namewell.server.outbound.ExchangeFixture.eventually;
import static dev.namewell.server.outbound.ExchangeFixture.response;
import static dev.namewell.server.outbound.ExchangeFixture.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.ExchangeResult.Overloaded;
import dev.namewell.core.port.ExchangeResult.Response;
import dev.namewell.core.port.ExchangeResult.TimedOut;
import dev.namewell.core.port.ExchangeResult.Unreachable;
import dev.namewell.core.port.Task;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(SocketForm.class)
class UdpExchangeTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final byte[] QUERY = Messages.query("www.example.com");

  @Parameter SocketForm form = SocketForm.NIO;
  private ExchangeFixture fixture = new ExchangeFixture(SocketForm.NIO);

  @BeforeEach
  void open() throws IOException {
    fixture.close();
    fixture = new ExchangeFixture(form);
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      ask(server); // what times out below shall not do so because classes are still being loaded
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private ExchangeResult ask(UdpResponder server) {
    return fixture.ask(server.endpoint(), Transport.UDP, QUERY, PATIENT);
  }

  private ExchangeResult askBriefly(UdpResponder server) {
    return fixture.ask(server.endpoint(), Transport.UDP, QUERY, SHORT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void bringsTheResponse(String address) throws IOException {
    try (UdpResponder server = UdpResponder.prompt(address)) {
      Response response = response(ask(server));
      byte[] expected = Messages.answer(QUERY);
      Matching.setId(expected, server.received.getFirst().id());
      assertThat(response.message()).isEqualTo(expected);
      assertThat(response.mismatches()).isZero();
      assertThat(response.roundTripNanos()).isPositive();
    }
    assertThat(Matching.id(QUERY)).as("the caller's query").isZero();
  }

  @Test
  void silenceTimesOut() throws IOException {
    try (UdpResponder server = new UdpResponder(LOOPBACK, (_, _, _) -> {})) {
      assertThat(askBriefly(server)).isEqualTo(new TimedOut(0));
    }
  }

  @Test
  void wrongIdsAreCountedAndTheWaitGoesOn() throws IOException {
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (query, from, self) -> {
              byte[] answer = Messages.answer(query);
              self.send(Messages.withWrongId(answer), from);
              self.send(Messages.withWrongId(answer), from);
              self.send(answer, from);
            })) {
      assertThat(response(ask(server)).mismatches()).isEqualTo(2);
    }
  }

  @Test
  void otherQuestionsQueriesAndGarbageAreCountedAndTheWaitGoesOn() throws IOException {
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (query, from, self) -> {
              byte[] answer = Messages.answer(query);
              self.send(Messages.withOtherQuestion(answer), from);
              self.send(query, from); // QR is not set
              self.send(new byte[0], from);
              self.send(new byte[] {1, 2, 3}, from);
              self.send(Messages.headerOf(Messages.withRcode(answer, 1)), from);
              self.send(answer, from);
            })) {
      // An empty datagram is not shown to us by every form of socket.
      assertThat(response(ask(server)).mismatches()).isBetween(4, 5);
    }
  }

  @Test
  void onlyMismatchesTimeOutAndAreReported() throws IOException {
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (query, from, self) -> self.send(Messages.withWrongId(Messages.answer(query)), from))) {
      Duration enough = Duration.ofSeconds(2);
      assertThat(fixture.ask(server.endpoint(), Transport.UDP, QUERY, enough))
          .isEqualTo(new TimedOut(1));
    }
  }

  @Test
  void theQuestionsLetterCaseIsLeftToTheCaller() throws IOException {
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (query, from, self) -> {
              byte[] answer = Messages.answer(query);
              answer[13] = 'W';
              self.send(answer, from);
            })) {
      assertThat(response(ask(server)).message()[13]).isEqualTo((byte) 'W');
    }
  }

  @Test
  void typesAreNotFoldedLikeLetters() throws IOException {
    byte[] query = QUERY.clone();
    int type = query.length - 3;
    query[type] = 'A'; // HTTPS, 65
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (received, from, self) -> {
              byte[] answer = Messages.answer(received);
              answer[type] = 'a';
              self.send(answer, from);
            })) {
      Duration enough = Duration.ofSeconds(2);
      assertThat(fixture.ask(server.endpoint(), Transport.UDP, query, enough))
          .isEqualTo(new TimedOut(1));
    }
  }

  @Test
  void anotherPortOfTheServerIsNotHeard() throws IOException {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        UdpResponder server =
            new UdpResponder(
                LOOPBACK,
                (query, from, _) -> {
                  byte[] answer = Messages.answer(query);
                  other.send(new DatagramPacket(answer, answer.length, from));
                })) {
      assertThat(askBriefly(server)).isEqualTo(new TimedOut(0));
    }
  }

  @Test
  void aClosedPortIsUnreachableAtOnce() throws IOException {
    Endpoint gone;
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      gone = server.endpoint();
    }
    assertThat(fixture.ask(gone, Transport.UDP, QUERY, PATIENT.multipliedBy(2)))
        .isEqualTo(new Unreachable("port unreachable"));
  }

  @Test
  void duplicatesAndLateResponsesAreNoMismatch() throws Exception {
    AtomicReference<byte[]> held = new AtomicReference<>(new byte[0]);
    CountDownLatch first = new CountDownLatch(1);
    fixture.close();
    AtomicLong ids = new AtomicLong(); // in turn: one of 128 random ones takes another's place
    fixture =
        new ExchangeFixture(form, new OutboundLimits(10, 10, 1), ids::incrementAndGet); // one port
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK,
            (query, from, self) -> {
              byte[] answer = Messages.answer(query);
              if (first.getCount() > 0) {
                held.set(answer);
                first.countDown();
              } else {
                self.send(held.get(), from);
                self.send(held.get(), from);
                self.send(answer, from);
                self.send(answer, from);
              }
            })) {
      assertThat(askBriefly(server)).isEqualTo(new TimedOut(0));
      first.await();
      assertThat(response(ask(server)).mismatches()).isZero();
      assertThat(response(ask(server)).mismatches()).isZero();
    }
  }

  @Test
  void portsAndIdsVary() throws Exception {
    int asked = 400;
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      for (int i = 0; i < asked; i++) {
        response(ask(server));
      }
      assertThat(server.received.stream().map(UdpResponder.Received::port).distinct().count())
          .as("ports of a pool of 64, drawn 400 times")
          .isBetween(50L, 64L);
      assertThat(server.received.stream().map(UdpResponder.Received::id).distinct().count())
          .as("IDs of 16 bits, drawn 400 times")
          .isGreaterThan(380L);
    }
  }

  @Test
  void twoThousandThreadsGetTheirOwnResponses() throws IOException {
    fixture.close();
    fixture = new ExchangeFixture(form, new OutboundLimits(4096, 4096, 64));
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      List<Task<ExchangeResult>> asked = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        byte[] query = Messages.query("host-" + i + ".example.com");
        asked.add(fixture.start(server.endpoint(), Transport.UDP, query, PATIENT));
      }
      for (int i = 0; i < asked.size(); i++) {
        byte[] message = response(result(asked.get(i))).message();
        byte[] expected = Messages.answer(Messages.query("host-" + i + ".example.com"));
        Matching.setId(expected, Matching.id(message));
        assertThat(message).isEqualTo(expected);
      }
    }
  }

  @Test
  void capsRefuseByName() throws Exception {
    fixture.close();
    fixture = new ExchangeFixture(form, new OutboundLimits(3, 2, 4));
    try (UdpResponder silent = new UdpResponder(LOOPBACK, (_, _, _) -> {});
        UdpResponder other = new UdpResponder(LOOPBACK, (_, _, _) -> {});
        UdpResponder third = UdpResponder.prompt(LOOPBACK)) {
      Endpoint server = silent.endpoint();
      List<Task<ExchangeResult>> waiting = new ArrayList<>();
      waiting.add(fixture.start(server, Transport.UDP, QUERY, PATIENT));
      waiting.add(fixture.start(server, Transport.UDP, QUERY, PATIENT));
      eventually(() -> silent.received.size() == 2);
      assertThat(fixture.ask(server, Transport.UDP, QUERY, PATIENT))
          .isEqualTo(new Overloaded("limits.exchanges-per-upstream"));
      waiting.add(fixture.start(other.endpoint(), Transport.UDP, QUERY, PATIENT));
      eventually(() -> other.received.size() == 1);
      assertThat(ask(third)).isEqualTo(new Overloaded("limits.exchanges"));
      fixture.exchange.close();
      for (Task<ExchangeResult> task : waiting) {
        assertThat(result(task)).isEqualTo(new Unreachable("stopping"));
      }
      assertThat(ask(third)).isEqualTo(new Unreachable("stopping"));
    }
  }

  @Test
  void retiringASocketLosesNoQueryInFlight() throws Exception {
    Duration overAllShifts = Duration.ofHours(1);
    int each = 20;
    fixture.close();
    fixture = new ExchangeFixture(form, new OutboundLimits(1000, 1000, 1));
    List<Runnable> held = new CopyOnWriteArrayList<>();
    try (UdpResponder server =
        new UdpResponder(
            LOOPBACK, (query, from, self) -> held.add(() -> self.reply(query, from)))) {
      List<Task<ExchangeResult>> asked = new ArrayList<>();
      for (int age = 0; age < 3; age++) {
        for (int i = 0; i < each; i++) {
          byte[] query = Messages.query("host-" + asked.size() + ".example.com");
          asked.add(fixture.start(server.endpoint(), Transport.UDP, query, overAllShifts));
        }
        int sent = asked.size();
        eventually(() -> held.size() == sent);
        fixture.time.advance(Duration.ofMinutes(1));
      }
      held.forEach(Runnable::run);
      asked.forEach(task -> response(result(task)));
      assertThat(server.received.stream().map(UdpResponder.Received::port).distinct().count())
          .as("ports, one for each age")
          .isEqualTo(3);
    }
  }

  @Test
  void aForgottenServerIsAskedAgainFromNewPorts() throws Exception {
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      response(ask(server));
      fixture.time.advance(Duration.ofMinutes(5));
      fixture.exchange.sweep();
      response(ask(server));
      assertThat(server.received.stream().map(UdpResponder.Received::port).distinct().count())
          .isEqualTo(2);
    }
  }

  @Test
  void aQueryWithoutQuestionIsADefect() throws IOException {
    try (UdpResponder server = UdpResponder.prompt(LOOPBACK)) {
      Task<ExchangeResult> task =
          fixture.start(server.endpoint(), Transport.UDP, new byte[12], PATIENT);
      assertThat(task.await(PATIENT)).isInstanceOf(Task.Threw.class);
    }
  }
}
