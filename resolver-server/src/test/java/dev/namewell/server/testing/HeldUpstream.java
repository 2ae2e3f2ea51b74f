package dev.namewell.server.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A server on loopback, over UDP, recursive and authoritative as one likes, that has one address
 * for every name and keeps its answers back while it is told to.
 */
public final class HeldUpstream implements AutoCloseable {
  private static final int MAX_QUERY = 4096;
  private static final long TTL_SECONDS = 3600;

  /** What a resolver asks on its own behalf, beside the name servers of the root. */
  private static final String PROBES = "loop.namewell.";

  private record Held(Message query, SocketAddress from) {}

  private final DatagramSocket socket;
  private final InetAddress answer;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final List<Held> held = new ArrayList<>();
  private boolean holding;

  /**
   * @param answer an IPv4 address
   */
  public HeldUpstream(String answer) throws IOException {
    this.answer = InetAddress.ofLiteral(answer);
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("held upstream").start(this::serve);
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Keeps answers back from now on. */
  public synchronized void hold() {
    holding = true;
  }

  /** Sends what was kept back, and the rest at once. */
  public synchronized void release() throws IOException {
    holding = false;
    for (Held each : held) {
      reply(each);
    }
    held.clear();
  }

  /** Names that were asked for, in lower case and with the final dot. */
  public Set<String> asked() {
    return asked;
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_QUERY], MAX_QUERY);
    try {
      while (true) {
        packet.setLength(MAX_QUERY);
        socket.receive(packet);
        byte[] octets = new byte[packet.getLength()];
        System.arraycopy(packet.getData(), 0, octets, 0, octets.length);
        take(new Held(new Message(octets), packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private synchronized void take(Held query) throws IOException {
    String name = query.query().getQuestion().getName().toString().toLowerCase(Locale.ROOT);
    asked.add(name);
    if (holding && !name.endsWith(PROBES) && !name.equals(".")) {
      held.add(query);
    } else {
      reply(query);
    }
  }

  private void reply(Held held) throws IOException {
    Record question = held.query().getQuestion();
    Message reply = new Message(held.query().getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.AA);
    reply.getHeader().setFlag(Flags.RD);
    reply.getHeader().setFlag(Flags.RA);
    reply.addRecord(question, Section.QUESTION);
    if (question.getType() == Type.A) {
      reply.addRecord(
          new ARecord(question.getName(), DClass.IN, TTL_SECONDS, answer), Section.ANSWER);
    }
    byte[] octets = reply.toWire();
    socket.send(new DatagramPacket(octets, octets.length, held.from()));
  }

  @Override
  public void close() {
    socket.close();
  }
}
