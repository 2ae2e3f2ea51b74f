package dev.namewell.server.outbound;

import static dev.namewell.server.outbound.ExchangeFixture.PATIENT;
import static dev.namewell.server.outbound.ExchangeFixture.response;
import static dev.namewell.server.outbound.ExchangeFixture.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where segments of a stream begin and end means nothing. It does not matter how fast this goes: a
 * kept connection that seems silent may be raced by others, and they are all served alike.
 */
@Timeout(120)
class StreamSegmentsTest {
  private static final int QUERIES = 8;

  /** How the answers to the queries of one connection are written. */
  enum Cut {
    ALL_IN_ONE,
    OCTET_BY_OCTET,
    IN_THE_MIDDLE_OF_LENGTHS
  }

  private static byte[] query(int number) {
    return Messages.query("host-" + number + ".example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "NIO, ALL_IN_ONE", "NIO, OCTET_BY_OCTET", "NIO, IN_THE_MIDDLE_OF_LENGTHS",
    "EPOLL, ALL_IN_ONE", "EPOLL, OCTET_BY_OCTET", "EPOLL, IN_THE_MIDDLE_OF_LENGTHS"
  })
  void framesAreFoundHoweverTheyAreCut(SocketForm form, Cut cut) throws IOException {
    try (ExchangeFixture fixture = new ExchangeFixture(form);
        StreamResponder server = new StreamResponder(new AllOrNothing(cut))) {
      // Now there is a connection, and the queries that follow share it.
      response(fixture.ask(server.endpoint(), Transport.TCP, query(QUERIES), PATIENT));
      List<Task<ExchangeResult>> tasks = new ArrayList<>();
      for (int i = 0; i < QUERIES; i++) {
        tasks.add(fixture.start(server.endpoint(), Transport.TCP, query(i), PATIENT));
      }
      for (int i = 0; i < QUERIES; i++) {
        byte[] message = response(result(tasks.get(i))).message();
        byte[] expected = Messages.answer(query(i));
        Matching.setId(expected, Matching.id(message));
        assertThat(message).isEqualTo(expected);
      }
    }
  }

  /**
   * Answers the very first query at once; then nothing until all questions have been asked, by
   * whichever connections, and then to each of these what it asked in one go, the last first.
   */
  private static final class AllOrNothing implements StreamResponder.Behaviour {
    private final Cut cut;
    private final Set<String> questions = new HashSet<>();
    private final Map<StreamResponder.Connection, List<byte[]>> unanswered = new LinkedHashMap<>();

    AllOrNothing(Cut cut) {
      this.cut = cut;
    }

    @Override
    public void serve(StreamResponder.Connection connection) throws IOException {
      while (true) {
        take(connection, connection.read());
      }
    }

    private synchronized void take(StreamResponder.Connection connection, byte[] query)
        throws IOException {
      unanswered
          .computeIfAbsent(connection, _ -> new ArrayList<>())
          .addFirst(Messages.framed(Messages.answer(query)));
      questions.add(Arrays.toString(Arrays.copyOfRange(query, 2, query.length)));
      if (questions.size() == 1 || questions.size() > QUERIES) {
        for (Map.Entry<StreamResponder.Connection, List<byte[]>> each : unanswered.entrySet()) {
          write(each.getKey(), each.getValue());
        }
        unanswered.clear();
      }
    }

    private void write(StreamResponder.Connection connection, List<byte[]> frames)
        throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      frames.forEach(all::writeBytes);
      byte[] octets = all.toByteArray();
      int step =
          switch (cut) {
            case ALL_IN_ONE -> octets.length;
            case OCTET_BY_OCTET -> 1;
            case IN_THE_MIDDLE_OF_LENGTHS -> octets.length / frames.size();
          };
      int at = cut == Cut.IN_THE_MIDDLE_OF_LENGTHS ? 1 : 0;
      connection.write(Arrays.copyOf(octets, at));
      while (at < octets.length) {
        int end = Math.min(at + step, octets.length);
        connection.write(Arrays.copyOfRange(octets, at, end));
        at = end;
      }
    }
  }
}
