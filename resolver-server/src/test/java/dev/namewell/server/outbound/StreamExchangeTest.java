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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(
    value = SocketForm.class,
    names = {"NIO", "EPOLL"})
class StreamExchangeTest {
  private static final byte[] QUERY = Messages.query("www.example.com");

  @Parameter SocketForm form = SocketForm.NIO;
  private ExchangeFixture fixture = new ExchangeFixture(SocketForm.NIO);

  @BeforeEach
  void open() {
    fixture.close();
    fixture = new ExchangeFixture(form);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private ExchangeResult ask(StreamResponder server) {
    return fixture.ask(server.endpoint(), Transport.TCP, QUERY, PATIENT);
  }

  private Task<ExchangeResult> start(StreamResponder server, int number) {
    return fixture.start(server.endpoint(), Transport.TCP, numbered(number), PATIENT);
  }

  private static byte[] numbered(int number) {
    return Messages.query("host-" + number + ".example.com");
  }

  private static void assertAnswers(Task<ExchangeResult> task, int number) {
    assertAnswers(response(result(task)), numbered(number));
  }

  private static void assertAnswers(Response response, byte[] query) {
    byte[] expected = Messages.answer(query);
    Matching.setId(expected, Matching.id(response.message()));
    assertThat(response.message()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void oneConnectionServesOneQueryAfterAnother(String address) throws IOException {
    try (StreamResponder server = new StreamResponder(address, StreamResponder::answerAll)) {
      for (int i = 0; i < 5; i++) {
        assertAnswers(response(ask(server)), QUERY);
      }
      assertThat(server.accepted.get()).as("a slow machine may race once").isBetween(1, 2);
    }
  }

  @Test
  void wrongIdsAndOtherQuestionsAreCountedAndTheWaitGoesOn() throws IOException {
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              byte[] query = connection.read();
              byte[] answer = Messages.answer(query);
              connection.write(Messages.framed(Messages.withWrongId(answer)));
              connection.write(Messages.framed(Messages.withOtherQuestion(answer)));
              connection.write(Messages.framed(query));
              connection.write(Messages.framed(new byte[0]));
              connection.answer(query);
              connection.ignore();
            })) {
      assertThat(response(ask(server)).mismatches()).isEqualTo(4);
    }
  }

  @Test
  void aServerThatIsOutOfStepLosesItsConnection() throws IOException {
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              byte[] query = connection.read();
              if (connection.number == 1) {
                for (int i = 0; i < 200; i++) {
                  connection.write(Messages.framed(Messages.withWrongId(Messages.answer(query))));
                }
                connection.ignore();
              }
              connection.answer(query);
              connection.ignore();
            })) {
      assertThat(response(ask(server)).mismatches()).isGreaterThan(100);
      assertThat(server.accepted).hasValue(2);
    }
  }

  @Test
  void anErrorWithoutQuestionIsBelievedOnAStream() throws IOException {
    int formErr = 1;
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              byte[] answer = Messages.withRcode(Messages.answer(connection.read()), formErr);
              connection.write(Messages.framed(Messages.headerOf(answer)));
              connection.ignore();
            })) {
      assertThat(response(ask(server)).message()).hasSize(12);
    }
  }

  @Test
  void silenceTimesOut() throws IOException {
    try (StreamResponder server = new StreamResponder(StreamResponder.Connection::ignore)) {
      assertThat(fixture.ask(server.endpoint(), Transport.TCP, QUERY, SHORT))
          .isEqualTo(new TimedOut(0));
    }
  }

  @Test
  void aClosedPortIsUnreachableAtOnce() throws IOException {
    Endpoint gone;
    try (StreamResponder server = new StreamResponder(StreamResponder::answerAll)) {
      gone = server.endpoint();
    }
    assertThat(fixture.ask(gone, Transport.TCP, QUERY, PATIENT.multipliedBy(2)))
        .isEqualTo(new Unreachable("connection refused"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsLostWithAKeptConnectionIsSentOnceMore(boolean byReset) throws IOException {
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              connection.answer(connection.read());
              if (connection.number > 1) {
                connection.ignore();
              }
              connection.read(); // the next query meets a connection that ends
              if (byReset) {
                connection.reset();
              }
            })) {
      assertAnswers(response(ask(server)), QUERY);
      assertAnswers(response(ask(server)), QUERY);
      assertThat(server.accepted.get()).isBetween(2, 3);
    }
  }

  @Test
  void aConnectionClosedWhileIdleIsNotUsed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              connection.answer(connection.read());
              if (connection.number > 1) {
                connection.ignore();
              }
              closed.countDown();
            })) {
      assertAnswers(response(ask(server)), QUERY);
      closed.await();
      assertAnswers(response(ask(server)), QUERY);
      assertThat(server.accepted.get()).isBetween(2, 3);
    }
  }

  @Test
  void aKeptConnectionThatFellSilentIsRacedByAFreshOne() throws IOException {
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              connection.answer(connection.read());
              if (connection.number == 1) {
                connection.ignore();
              }
              StreamResponder.answerAll(connection);
            })) {
      assertAnswers(response(ask(server)), QUERY);
      List<Task<ExchangeResult>> tasks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        tasks.add(start(server, i));
      }
      for (int i = 0; i < tasks.size(); i++) {
        assertAnswers(tasks.get(i), i);
      }
      assertThat(server.accepted.get()).as("not one for each query").isBetween(2, 8);
    }
  }

  @Test
  void aConnectionClosedHalfWayThroughAFrameIsRetriedForAllInFlight() throws IOException {
    int queries = 5;
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              if (connection.number > 1) {
                StreamResponder.answerAll(connection);
              }
              connection.answer(connection.read());
              byte[] last = connection.read();
              for (int i = 1; i < queries; i++) {
                last = connection.read();
              }
              byte[] frame = Messages.framed(Messages.answer(last));
              connection.write(Arrays.copyOf(frame, frame.length / 2));
            })) {
      // Now there is a connection, which those that follow share.
      assertAnswers(response(ask(server)), QUERY);
      List<Task<ExchangeResult>> tasks = new ArrayList<>();
      for (int i = 0; i < queries; i++) {
        tasks.add(start(server, i));
      }
      for (int i = 0; i < queries; i++) {
        assertAnswers(tasks.get(i), i);
      }
    }
  }

  @Test
  void aServerThatClosesEveryConnectionIsUnreachableAfterTwo() throws IOException {
    try (StreamResponder server = new StreamResponder(connection -> connection.read())) {
      assertThat(ask(server)).isEqualTo(new Unreachable("connection closed by the server"));
      assertThat(server.accepted).hasValue(2);
    }
  }

  @Test
  void manyThreadsShareFewConnections() throws IOException {
    int queries = 300;
    try (StreamResponder server = new StreamResponder(StreamResponder::answerAll)) {
      List<Task<ExchangeResult>> tasks = new ArrayList<>();
      for (int i = 0; i < queries; i++) {
        tasks.add(start(server, i));
      }
      for (int i = 0; i < queries; i++) {
        assertAnswers(tasks.get(i), i);
      }
      assertThat(server.accepted.get()).isBetween(1, 8);
    }
  }

  @Test
  void fullPipelinesRefuseByName() throws Exception {
    try (StreamResponder server = new StreamResponder(StreamResponder.Connection::ignore)) {
      List<Task<ExchangeResult>> tasks = new ArrayList<>();
      for (int i = 0; i < 801; i++) { // eight connections of a hundred, the suspect ones included
        tasks.add(start(server, i));
      }
      eventually(
          () ->
              tasks.stream()
                  .anyMatch(
                      task ->
                          task.await(Duration.ZERO)
                              .equals(
                                  new Task.Done<>(new Overloaded("connections per upstream")))));
      fixture.exchange.close();
      tasks.forEach(task -> assertThat(result(task)).isNotInstanceOf(Response.class));
    }
  }

  @Test
  void aConnectionThatWasIdleForLongIsNotUsedAndClosed() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              try {
                StreamResponder.answerAll(connection);
              } finally {
                if (connection.number == 1) {
                  ended.countDown();
                }
              }
            })) {
      assertAnswers(response(ask(server)), QUERY);
      fixture.time.advance(Duration.ofSeconds(9));
      assertAnswers(response(ask(server)), QUERY);
      assertThat(server.accepted.get()).isBetween(2, 3);
      fixture.time.advance(Duration.ofSeconds(2));
      assertThat(ended.await(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest // RFC 7828 §3.4
  @CsvSource({"0, 0, 3", "50, 3, 1", "50, 5, 3", "300, 23, 1", "300, 25, 3", "65535, 47, 1"})
  void aConnectionIsKeptAsLongAsTheServerOffers(int keepalive, int idleSeconds, int connections)
      throws IOException {
    int queries = 3;
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              while (true) {
                byte[] answer = Messages.answer(connection.read());
                connection.write(Messages.framed(Messages.withKeepalive(answer, keepalive)));
              }
            })) {
      for (int i = 0; i < queries; i++) {
        response(ask(server));
        fixture.time.advance(Duration.ofSeconds(idleSeconds));
      }
      assertThat(server.accepted.get()).isBetween(connections, connections + 1);
    }
  }

  @Test
  void closingEndsWhatIsInFlight() throws Exception {
    try (StreamResponder server =
        new StreamResponder(
            connection -> {
              connection.read();
              connection.ignore();
            })) {
      Task<ExchangeResult> task = start(server, 1);
      eventually(() -> server.queries.get() == 1);
      fixture.exchange.close();
      assertThat(result(task)).isEqualTo(new Unreachable("stopping"));
      assertThat(ask(server)).isEqualTo(new Unreachable("stopping"));
    }
  }
}
