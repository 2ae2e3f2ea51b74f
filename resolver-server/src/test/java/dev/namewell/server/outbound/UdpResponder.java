package dev.namewell.server.outbound;

import dev.namewell.core.dns.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on loopback that treats each query as its behaviour says. */
final class UdpResponder implements AutoCloseable {
  /** What is done with a query. */
  interface Behaviour {
    void receive(byte[] query, SocketAddress from, UdpResponder responder) throws IOException;
  }

  /** A query as it came in. */
  record Received(int id, int port) {}

  private static final int MAX_QUERY = 4096;
  private static final int RECEIVE_BUFFER = 4 << 20;

  final List<Received> received = new CopyOnWriteArrayList<>();
  private final DatagramSocket socket;
  private final Behaviour behaviour;

  UdpResponder(String address, Behaviour behaviour) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), 0));
    this.socket.setReceiveBufferSize(RECEIVE_BUFFER);
    this.behaviour = behaviour;
    Thread.ofPlatform().daemon().name("responder").start(this::run);
  }

  /** Answers every query at once. */
  static UdpResponder prompt(String address) throws IOException {
    return new UdpResponder(
        address, (query, from, responder) -> responder.send(Messages.answer(query), from));
  }

  Endpoint endpoint() {
    return new Endpoint((InetSocketAddress) socket.getLocalSocketAddress());
  }

  void send(byte[] message, SocketAddress to) throws IOException {
    socket.send(new DatagramPacket(message, message.length, to));
  }

  /** Answers what was held back. */
  void reply(byte[] query, SocketAddress to) {
    try {
      send(Messages.answer(query), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    byte[] buffer = new byte[MAX_QUERY];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] query = Arrays.copyOf(buffer, packet.getLength());
        received.add(new Received(Matching.id(query), packet.getPort()));
        behaviour.receive(query, packet.getSocketAddress(), this);
      } catch (IOException _) {
        // closed by the test, or a client's port that is gone
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
