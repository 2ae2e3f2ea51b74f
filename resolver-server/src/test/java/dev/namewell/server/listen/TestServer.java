package dev.namewell.server.listen;

import dev.namewell.core.engine.QueryHandler;
import dev.namewell.core.port.Time;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.ServiceSettings.UdpForm;
import dev.namewell.server.runtime.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;

/** A UDP listener with a handler of the test's own, on loops of its own. */
final class TestServer implements AutoCloseable {
  /** The forms of sockets there are. */
  enum Form {
    BATCHED,
    PORTABLE_EPOLL,
    PORTABLE_NIO
  }

  static final Time TIME =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public Instant wallClock() {
          return Instant.now();
        }
      };

  /** Replies at once with what came. */
  static final QueryHandler ECHO = (query, length, client, sink, nanos) -> sink.send(query, length);

  final EventLoops loops;
  final CountedEvents events = new CountedEvents();
  final UdpListener udp;

  TestServer(Form form, int threads, QueryHandler handler, String... listen) throws IOException {
    loops = form == Form.PORTABLE_NIO ? EventLoops.portable(threads) : EventLoops.open(threads);
    List<ServingLoop> serving = ServingLoop.on(loops, _ -> handler, TIME, events);
    udp =
        UdpListener.open(
            serving,
            List.of(listen).stream().map(TestServer::address).toList(),
            form == Form.BATCHED ? UdpForm.BATCHED : UdpForm.PORTABLE);
  }

  /** An address with port 0. */
  static Address address(String ip) {
    try {
      return new Address(InetAddress.getByName(ip), 0);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The port that was chosen for the n-th address. */
  int port(int index) {
    return udp.addresses().get(index).port();
  }

  InetSocketAddress at(String ip) {
    return new InetSocketAddress(ip, port(0));
  }

  @Override
  public void close() {
    udp.close();
    loops.close();
  }
}
