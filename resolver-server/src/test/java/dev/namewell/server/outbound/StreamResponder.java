package dev.namewell.server.outbound;

import dev.namewell.core.dns.Endpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server on loopback that treats each connection as its behaviour says. */
final class StreamResponder implements AutoCloseable {
  /** What is done on a connection, on a thread of its own; at its end the connection is closed. */
  interface Behaviour {
    void serve(Connection connection) throws IOException;
  }

  /** One accepted connection. */
  static final class Connection {
    /** Counts from 1. */
    final int number;

    private final Socket socket;
    private final DataInputStream in;
    private final StreamResponder server;

    private Connection(Socket socket, int number, StreamResponder server) throws IOException {
      this.socket = socket;
      this.number = number;
      this.server = server;
      this.in = new DataInputStream(socket.getInputStream());
    }

    byte[] read() throws IOException {
      byte[] query = new byte[in.readUnsignedShort()];
      in.readFully(query);
      server.queries.incrementAndGet();
      return query;
    }

    void write(byte[] octets) throws IOException {
      socket.getOutputStream().write(octets);
      socket.getOutputStream().flush();
    }

    void answer(byte[] query) throws IOException {
      write(Messages.framed(Messages.answer(query)));
    }

    /** Ends with RST. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Reads and answers nothing until the client has gone. */
    void ignore() throws IOException {
      while (in.read() >= 0) {
        Thread.onSpinWait();
      }
    }
  }

  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger queries = new AtomicInteger();
  private final ServerSocket listening;
  private final Behaviour behaviour;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  StreamResponder(String address, Behaviour behaviour) throws IOException {
    listening = new ServerSocket();
    listening.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 1024);
    this.behaviour = behaviour;
    Thread.ofPlatform().daemon().name("acceptor").start(this::accept);
  }

  StreamResponder(Behaviour behaviour) throws IOException {
    this("127.0.0.1", behaviour);
  }

  /** Answers every query at once. */
  static void answerAll(Connection connection) throws IOException {
    while (true) {
      connection.answer(connection.read());
    }
  }

  Endpoint endpoint() {
    return new Endpoint((InetSocketAddress) listening.getLocalSocketAddress());
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        Connection connection = new Connection(socket, accepted.incrementAndGet(), this);
        Thread.ofPlatform().daemon().name("connection").start(() -> serve(connection));
      } catch (IOException _) {
        // closed by the test
      }
    }
  }

  private void serve(Connection connection) {
    try (Socket socket = connection.socket) {
      socket.setTcpNoDelay(true);
      behaviour.serve(connection);
    } catch (IOException _) {
      // the client went away
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
