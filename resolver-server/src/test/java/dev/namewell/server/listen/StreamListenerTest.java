package dev.namewell.server.listen;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.engine.QueryHandler;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.ListenException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP over both kinds of event loops. */
@Timeout(120)
class StreamListenerTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final Duration LONG = Duration.ofMinutes(5);

  private static LimitSettings limits(int connections, int perClient, int pipeline, Duration idle) {
    LimitSettings defaults = LimitSettings.defaults();
    return new LimitSettings(
        defaults.resolutions(),
        defaults.waitingPerQuestion(),
        defaults.waiting(),
        defaults.waitingPerClient(),
        defaults.exchangesPerUpstream(),
        defaults.exchanges(),
        defaults.queryTime(),
        connections,
        perClient,
        pipeline,
        idle,
        defaults.shutdown());
  }

  private static final class Server implements AutoCloseable {
    final EventLoops loops;
    final CountedEvents events = new CountedEvents();
    final ConnectionLimits limits;
    final StreamListener tcp;

    Server(boolean epoll, LimitSettings settings, QueryHandler handler, String... listen)
        throws IOException {
      loops = epoll ? EventLoops.open(1) : EventLoops.portable(1);
      limits = new ConnectionLimits(settings);
      tcp =
          StreamListener.open(
              ServingLoop.on(loops, _ -> handler, TestServer.TIME, events),
              Arrays.stream(listen).map(TestServer::address).toList(),
              limits);
    }

    Server(boolean epoll, QueryHandler handler) throws IOException {
      this(epoll, limits(100, 100, 100, LONG), handler, "127.0.0.1");
    }

    Socket connect(int index) throws IOException {
      Address address = tcp.addresses().get(index);
      Socket socket = new Socket(address.ip(), address.port());
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      return socket;
    }

    Socket connect() throws IOException {
      return connect(0);
    }

    @Override
    public void close() {
      tcp.close();
      loops.close();
    }
  }

  private static byte[] framed(String... messages) {
    ByteBuffer all = ByteBuffer.allocate(1 << 20);
    for (String message : messages) {
      all.putShort((short) message.length()).put(message.getBytes(US_ASCII));
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  private static String read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] message = new byte[in.readUnsignedShort()];
    in.readFully(message);
    return new String(message, US_ASCII);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** True if the server ended the connection rather than let it wait. */
  private static void assertClosed(Socket socket) {
    assertThatThrownBy(() -> read(socket))
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(EOFException.class),
            e -> assertThat(e).isInstanceOf(java.net.SocketException.class));
  }

  @ParameterizedTest
  @CsvSource({"true, 127.0.0.1", "true, ::1", "false, 127.0.0.1", "false, ::1"})
  void answersMessagesThatArriveOctetByOctet(boolean epoll, String address) throws IOException {
    try (Server server = new Server(epoll, limits(9, 9, 9, LONG), TestServer.ECHO, address);
        Socket client = server.connect()) {
      for (byte octet : framed("first", "second")) {
        client.getOutputStream().write(octet);
      }
      assertThat(read(client)).isEqualTo("first");
      assertThat(read(client)).isEqualTo("second");
      assertThat(server.events.defects).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void answersManyMessagesOfOneSegment(boolean epoll) throws IOException {
    try (Server server = new Server(epoll, TestServer.ECHO);
        Socket client = server.connect()) {
      String[] messages = new String[500];
      for (int i = 0; i < messages.length; i++) {
        messages[i] = "message " + i;
      }
      client.getOutputStream().write(framed(messages));
      for (String message : messages) {
        assertThat(read(client)).isEqualTo(message);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLongestMessageFits(boolean epoll) throws IOException {
    try (Server server = new Server(epoll, TestServer.ECHO);
        Socket client = server.connect()) {
      String longest = "x".repeat(65_535);
      client.getOutputStream().write(framed(longest, "and on"));
      assertThat(read(client)).isEqualTo(longest);
      assertThat(read(client)).isEqualTo("and on");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void repliesLeaveInTheOrderTheyAreReady(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    QueryHandler handler =
        (query, length, _, sink, _) -> {
          if (query[0] == 's') {
            waiting.add(sink.detach());
          } else {
            sink.send(query, length);
          }
        };
    try (Server server = new Server(epoll, handler);
        Socket client = server.connect()) {
      client.getOutputStream().write(framed("slow", "quick"));
      assertThat(read(client)).isEqualTo("quick");
      ReplySink slow = waiting.take();
      Thread.ofVirtual().start(() -> slow.send("at last".getBytes(US_ASCII), 7)).join();
      assertThat(read(client)).isEqualTo("at last");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsNoMoreWhileTheCapOfQueriesIsInWork(boolean epoll) throws Exception {
    int cap = 3;
    int queries = 50;
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server =
            new Server(
                epoll,
                limits(9, 9, cap, LONG),
                (_, _, _, sink, _) -> waiting.add(sink.detach()),
                "127.0.0.1");
        Socket client = server.connect()) {
      String[] messages = new String[queries];
      Arrays.fill(messages, "query");
      client.getOutputStream().write(framed(messages));
      int most = 0;
      for (int i = 0; i < queries; i++) {
        ReplySink next = waiting.take();
        most = Math.max(most, waiting.size() + 1);
        if (i % 7 == 0) {
          next.drop(DropReason.OVERLOADED);
        } else {
          next.send("reply".getBytes(US_ASCII), 5);
          assertThat(read(client)).isEqualTo("reply");
        }
      }
      assertThat(most).isLessThanOrEqualTo(cap);
      assertThat(server.events.limits).contains("limits.tcp-pipeline");
      client.getOutputStream().write(framed("one more"));
      waiting.take().send("done".getBytes(US_ASCII), 4);
      assertThat(read(client)).isEqualTo("done");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHalfClosedClientStillGetsItsReplies(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server = new Server(epoll, (_, _, _, sink, _) -> waiting.add(sink.detach()));
        Socket client = server.connect()) {
      client.getOutputStream().write(framed("a", "b"));
      client.shutdownOutput();
      ReplySink first = waiting.take();
      ReplySink second = waiting.take();
      second.send("B".getBytes(US_ASCII), 1);
      assertThat(read(client)).isEqualTo("B");
      first.send("A".getBytes(US_ASCII), 1);
      assertThat(read(client)).isEqualTo("A");
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      until(() -> server.limits.connections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptyMessageEndsTheConnectionAfterTheRepliesBeforeIt(boolean epoll) throws Exception {
    try (Server server = new Server(epoll, TestServer.ECHO);
        Socket client = server.connect()) {
      client.getOutputStream().write(framed("before", "", "after"));
      assertThat(read(client)).isEqualTo("before");
      assertClosed(client);
      until(() -> server.limits.connections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReplyForAClientThatLeftIsCounted(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server = new Server(epoll, (_, _, _, sink, _) -> waiting.add(sink.detach()))) {
      ReplySink sink;
      try (Socket client = server.connect()) {
        client.setSoLinger(true, 0);
        client.getOutputStream().write(framed("a"));
        sink = waiting.take();
      }
      until(() -> server.limits.connections() == 0);
      sink.send(new byte[12], 12);
      until(() -> server.events.drops(DropReason.CLIENT_GONE) == 1);
      assertThat(server.events.defects).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anIdleConnectionIsClosed(boolean epoll) throws Exception {
    try (Server server =
            new Server(
                epoll, limits(9, 9, 9, Duration.ofMillis(300)), TestServer.ECHO, "127.0.0.1");
        Socket asked = server.connect();
        Socket silent = server.connect();
        Socket halfAsked = server.connect()) {
      asked.getOutputStream().write(framed("a"));
      assertThat(read(asked)).isEqualTo("a");
      halfAsked.getOutputStream().write(0);
      assertClosed(asked);
      assertClosed(silent);
      assertClosed(halfAsked);
      until(() -> server.limits.connections() == 0);
      assertThat(server.limits.clients()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectionWithAQueryInWorkIsNotIdle(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server =
            new Server(
                epoll,
                limits(9, 9, 9, Duration.ofMillis(300)),
                (_, _, _, sink, _) -> waiting.add(sink.detach()),
                "127.0.0.1");
        Socket working = server.connect();
        Socket silent = server.connect()) {
      working.getOutputStream().write(framed("a"));
      ReplySink sink = waiting.take();
      assertClosed(silent);
      sink.send("late".getBytes(US_ASCII), 4);
      assertThat(read(working)).isEqualTo("late");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatReadsNothingIsClosedAndBoundsWhatWaitsForIt(boolean epoll) throws Exception {
    byte[] large = new byte[60_000];
    try (Server server =
            new Server(
                epoll,
                limits(9, 9, 9, Duration.ofMillis(1500)),
                (_, _, _, sink, _) -> sink.send(large, large.length),
                "127.0.0.1");
        Socket client = server.connect()) {
      byte[] queries = framed(new String[] {"q", "q", "q", "q", "q", "q", "q", "q"});
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.getOutputStream().write(queries);
                }
              })
          .isInstanceOf(IOException.class);
      until(() -> server.limits.connections() == 0);
      assertThat(server.events.defects).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowReaderGetsEveryReply(boolean epoll) throws Exception {
    int queries = 400;
    byte[] large = new byte[20_000];
    Arrays.fill(large, (byte) 'x');
    try (Server server = new Server(epoll, (_, _, _, sink, _) -> sink.send(large, large.length));
        Socket client = server.connect()) {
      String[] messages = new String[queries];
      Arrays.fill(messages, "query");
      client.getOutputStream().write(framed(messages));
      client.shutdownOutput();
      for (int i = 0; i < queries; i++) {
        assertThat(read(client)).as("reply %s", i).hasSize(large.length);
      }
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneClientHasOnlySoManyConnections(boolean epoll) throws Exception {
    try (Server server = new Server(epoll, limits(9, 2, 9, LONG), TestServer.ECHO, "127.0.0.1");
        Socket first = server.connect();
        Socket second = server.connect()) {
      until(() -> server.limits.connections() == 2);
      try (Socket third = server.connect()) {
        assertClosed(third);
      }
      assertThat(server.events.limits).contains("limits.tcp-connections-per-client");
      first.getOutputStream().write(framed("a"));
      assertThat(read(first)).isEqualTo("a");
      second.shutdownOutput();
      until(() -> server.limits.connections() == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whenFullTheIdlestGivesWay(boolean epoll) throws Exception {
    // Idle for as long as LONG shrunk: with 4 of 4 that is 0.2 s, so the idle ones go by themselves
    // or give way; either way the new one is served.
    try (Server server = new Server(epoll, limits(4, 9, 9, LONG), TestServer.ECHO, "127.0.0.1")) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Socket client = server.connect();
        clients.add(client);
        client.getOutputStream().write(framed("a"));
        assertThat(read(client)).isEqualTo("a");
      }
      assertClosed(clients.getFirst());
      try (Socket late = server.connect()) {
        late.getOutputStream().write(framed("late"));
        assertThat(read(late)).isEqualTo("late");
      }
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whenFullAndAllAreBusyTheNewOneIsRefused(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server =
            new Server(
                epoll,
                limits(1, 9, 9, LONG),
                (_, _, _, sink, _) -> waiting.add(sink.detach()),
                "127.0.0.1");
        Socket busy = server.connect()) {
      busy.getOutputStream().write(framed("a"));
      ReplySink sink = waiting.take();
      try (Socket refused = server.connect()) {
        assertClosed(refused);
      }
      assertThat(server.events.limits).contains("limits.tcp-connections");
      sink.send("served".getBytes(US_ASCII), 6);
      assertThat(read(busy)).isEqualTo("served");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void drainingAnswersWhatIsInWorkAndClosesTheRest(boolean epoll) throws Exception {
    BlockingQueue<ReplySink> waiting = new LinkedBlockingQueue<>();
    try (Server server = new Server(epoll, (_, _, _, sink, _) -> waiting.add(sink.detach()));
        Socket working = server.connect();
        Socket idle = server.connect()) {
      working.getOutputStream().write(framed("a"));
      ReplySink sink = waiting.take();
      until(() -> server.limits.connections() == 2);
      server.tcp.stopReading();
      assertClosed(idle);
      assertThat(server.limits.tcpKeepalive().getAsInt()).isZero();
      sink.send("last".getBytes(US_ASCII), 4);
      assertThat(read(working)).isEqualTo("last");
      assertClosed(working);
      until(() -> server.limits.connections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPortThatIsTakenIsNamedWithTheReason(boolean epoll) throws Exception {
    try (Server first = new Server(epoll, TestServer.ECHO)) {
      Address taken = first.tcp.addresses().getFirst();
      assertThatThrownBy(
              () ->
                  StreamListener.open(
                      ServingLoop.on(
                          first.loops, _ -> TestServer.ECHO, TestServer.TIME, first.events),
                      List.of(new Address(InetAddress.ofLiteral("127.0.0.1"), taken.port())),
                      first.limits))
          .isInstanceOf(ListenException.class)
          .hasMessageContaining(taken.toString())
          .hasMessageContaining("in use");
    }
  }
}
