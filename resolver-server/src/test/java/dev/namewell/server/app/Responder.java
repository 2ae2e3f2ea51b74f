package dev.namewell.server.app;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Message;

/** A DNS server on a loopback port, over UDP and TCP, that answers as a test says. */
final class Responder implements AutoCloseable {
  private static final int PORT_TRIES = 50;
  private static final int MAX_QUERY = 4096;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Script script;
  private final List<Message> queries = new CopyOnWriteArrayList<>();

  /** What is sent for a query: no message, one, or several. */
  interface Script {
    List<byte[]> replies(Message query, boolean overTcp) throws IOException;
  }

  Responder(Script script) throws IOException {
    this.script = script;
    ServerSocket stream = null;
    DatagramSocket datagrams = null;
    for (int i = 0; datagrams == null; i++) {
      stream = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
      try {
        datagrams = new DatagramSocket(stream.getLocalPort(), InetAddress.getLoopbackAddress());
      } catch (IOException taken) {
        stream.close();
        if (i >= PORT_TRIES) {
          throw taken;
        }
      }
    }
    tcp = Objects.requireNonNull(stream);
    udp = Objects.requireNonNull(datagrams);
    Thread.ofVirtual().start(this::serveUdp);
    Thread.ofVirtual().start(this::serveTcp);
  }

  /** As an argument of {@code namewell query}. */
  String server() {
    return "@127.0.0.1:" + tcp.getLocalPort();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
  }

  List<Message> queries() {
    return queries;
  }

  private void serveUdp() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_QUERY], MAX_QUERY);
    try {
      while (true) {
        packet.setLength(MAX_QUERY);
        udp.receive(packet);
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        for (byte[] reply : replies(query, false)) {
          udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] query = in.readNBytes(in.readUnsignedShort());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        for (byte[] reply : replies(query, true)) {
          out.writeShort(reply.length);
          out.write(reply);
        }
        out.flush();
      } catch (IOException closed) {
        // By the client, or the test is over.
      }
    }
  }

  private List<byte[]> replies(byte[] query, boolean overTcp) throws IOException {
    Message message = new Message(query);
    queries.add(message);
    return script.replies(message, overTcp);
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
