package dev.namewell.server.demo;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A DNS server on a free port of 127.0.0.1, over UDP and TCP, that can be told to be silent. */
final class LoopbackServer implements AutoCloseable {
  /** The same port is needed twice; somebody else may have the second one. */
  private static final int BIND_TRIES = 20;

  private static final int MAX_MESSAGE = 65535;
  private static final int PLAIN_UDP_PAYLOAD = 512;

  /** Anybody on this machine may connect; so many at once are served. */
  private static final int MAX_CONNECTIONS = 64;

  private static final int IDLE_MILLIS = 10_000;

  private final Answering answering;
  private final DatagramChannel datagrams;
  private final ServerSocket connections;
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
  private volatile boolean silent;
  private volatile Consumer<Heard> listener = _ -> {};

  /** What it answers with. Thread-safe. */
  interface Answering {
    /**
     * The response to a query.
     *
     * @param limit octets at most; a longer response is truncated
     */
    byte[] answer(Message query, int limit);
  }

  /** A query that came in, and whether it gets no answer. */
  record Heard(String name, String type, boolean tcp, boolean silent) {}

  private LoopbackServer(Answering answering, DatagramChannel datagrams, ServerSocket connections) {
    this.answering = answering;
    this.datagrams = datagrams;
    this.connections = connections;
  }

  /** Opens it; it answers until it is told to be silent. */
  static LoopbackServer start(Answering answering) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    for (int i = 1; ; i++) {
      ServerSocket connections = new ServerSocket(0, MAX_CONNECTIONS, loopback);
      DatagramChannel datagrams = DatagramChannel.open();
      try {
        datagrams.bind(new InetSocketAddress(loopback, connections.getLocalPort()));
        LoopbackServer server = new LoopbackServer(answering, datagrams, connections);
        Thread.ofVirtual().name("demo upstream UDP").start(server::receive);
        Thread.ofVirtual().name("demo upstream TCP").start(server::accept);
        return server;
      } catch (BindException e) {
        datagrams.close();
        connections.close();
        if (i == BIND_TRIES) {
          throw e;
        }
      }
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(connections.getInetAddress(), connections.getLocalPort());
  }

  /** From now on queries are received and never answered, or answered again. */
  void setSilent(boolean silent) {
    this.silent = silent;
  }

  boolean isSilent() {
    return silent;
  }

  /** Told of every query, before it is answered. */
  void onQuery(Consumer<Heard> listener) {
    this.listener = listener;
  }

  private void receive() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_MESSAGE);
    while (datagrams.isOpen()) {
      try {
        buffer.clear();
        SocketAddress from = datagrams.receive(buffer);
        byte[] query = new byte[buffer.flip().remaining()];
        buffer.get(query);
        byte[] response = answer(query, false);
        if (response != null) {
          datagrams.send(ByteBuffer.wrap(response), from);
        }
      } catch (IOException _) {
        // Closed, or one datagram lost: a client asks again.
      }
    }
  }

  private void accept() {
    while (!connections.isClosed()) {
      try {
        Socket socket = connections.accept();
        if (free.tryAcquire()) {
          Thread.ofVirtual().name("demo upstream connection").start(() -> converse(socket));
        } else {
          socket.close();
        }
      } catch (IOException _) {
        // Closed, or a client that left before it was accepted.
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      socket.setSoTimeout(IDLE_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        byte[] query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        byte[] response = answer(query, true);
        if (response != null) {
          ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + response.length);
          framed.putShort((short) response.length).put(response);
          out.write(framed.array());
        }
      }
    } catch (IOException _) {
      // The client left, or was idle for too long.
    } finally {
      free.release();
    }
  }

  /** Null if there is to be no response. */
  private byte @Nullable [] answer(byte[] bytes, boolean tcp) {
    Message query;
    try {
      query = new Message(bytes);
    } catch (IOException _) {
      return null;
    }
    boolean noAnswer = silent;
    Record question = query.getQuestion();
    if (question != null) {
      String name = question.getName().toString();
      listener.accept(new Heard(name, Type.string(question.getType()), tcp, noAnswer));
    }
    return noAnswer ? null : answering.answer(query, tcp ? MAX_MESSAGE : udpLimit(query));
  }

  private static int udpLimit(Message query) {
    OPTRecord opt = query.getOPT();
    return opt == null
        ? PLAIN_UDP_PAYLOAD
        : Math.clamp(opt.getPayloadSize(), PLAIN_UDP_PAYLOAD, AuthoritativeTree.UDP_PAYLOAD);
  }

  @Override
  public void close() {
    try {
      connections.close();
      datagrams.close();
    } catch (IOException _) {
      // Nothing is lost.
    }
  }
}
