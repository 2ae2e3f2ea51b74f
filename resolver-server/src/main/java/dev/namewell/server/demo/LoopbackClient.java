package dev.namewell.server.demo;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Asks the demo's resolver. Blocks. */
final class LoopbackClient {
  /** Twice what the resolver takes in the worst case. */
  private static final int TIMEOUT_MILLIS = 10_000;

  private static final int MAX_MESSAGE = 65535;

  private final InetSocketAddress server;

  LoopbackClient(InetSocketAddress server) {
    this.server = server;
  }

  /** How a question travels. */
  enum Way {
    /** Without EDNS, as old stub resolvers ask; a truncated reply is taken as it is. */
    PLAIN_UDP,
    /** With EDNS; after a truncated reply once more over TCP. */
    UDP,
    TCP
  }

  /**
   * The reply to a question.
   *
   * @throws IOException if there is none
   */
  Message ask(Record question, Way way) throws IOException {
    Message query = Message.newQuery(question);
    if (way != Way.PLAIN_UDP) {
      query.addRecord(new OPTRecord(AuthoritativeTree.UDP_PAYLOAD, 0, 0), Section.ADDITIONAL);
    }
    byte[] bytes = query.toWire();
    Message reply = new Message(way == Way.TCP ? overTcp(bytes) : overUdp(bytes));
    return way == Way.UDP && reply.getHeader().getFlag(Flags.TC)
        ? new Message(overTcp(bytes))
        : reply;
  }

  private byte[] overUdp(byte[] query) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
      socket.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  private byte[] overTcp(byte[] query) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + query.length);
      socket.getOutputStream().write(framed.putShort((short) query.length).put(query).array());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] reply = new byte[in.readUnsignedShort()];
      in.readFully(reply);
      return reply;
    }
  }
}
