package dev.namewell.server.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A stub resolver: asks a server on loopback over UDP, from one socket. */
public final class Stub implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int MAX_REPLY = 65_535;

  private final DatagramSocket socket;

  public Stub(int serverPort) throws IOException {
    this("127.0.0.1", serverPort);
  }

  /**
   * @param from its own address, any of 127.0.0.0/8
   */
  public Stub(String from, int serverPort) throws IOException {
    socket = new DatagramSocket(0, InetAddress.ofLiteral(from));
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
  }

  /** A query with a random ID. */
  public static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
  }

  public void send(Message query) throws IOException {
    byte[] octets = query.toWire();
    socket.send(new DatagramPacket(octets, octets.length));
  }

  /** The next reply, whatever it answers. */
  public Message receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_REPLY], MAX_REPLY);
    socket.receive(packet);
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  /** Asks and waits for the reply to that query; others are passed over. */
  public Message ask(String name, int type) throws IOException {
    Message query = query(name, type);
    send(query);
    Message reply = receive();
    while (reply.getHeader().getID() != query.getHeader().getID()) {
      reply = receive();
    }
    return reply;
  }

  /** The data of the records in a reply's answer section, one a line. */
  public static String answers(Message reply) {
    StringBuilder text = new StringBuilder();
    for (Record record : reply.getSection(Section.ANSWER)) {
      text.append(record.rdataToString()).append('\n');
    }
    return text.toString().strip();
  }

  /** A TCP connection to a server on loopback. */
  public static Socket connect(int serverPort) throws IOException {
    Socket stream = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    stream.setSoTimeout(PATIENCE_MILLIS);
    return stream;
  }

  /** Writes a message with its length in front. */
  public static void write(Socket stream, Message query) throws IOException {
    byte[] octets = query.toWire();
    DataOutputStream out = new DataOutputStream(stream.getOutputStream());
    byte[] frame = new byte[2 + octets.length];
    frame[0] = (byte) (octets.length >> Byte.SIZE);
    frame[1] = (byte) octets.length;
    System.arraycopy(octets, 0, frame, 2, octets.length);
    out.write(frame);
  }

  /** Reads a message with its length in front. */
  public static Message read(Socket stream) throws IOException {
    DataInputStream in = new DataInputStream(stream.getInputStream());
    byte[] octets = new byte[in.readUnsignedShort()];
    in.readFully(octets);
    return new Message(octets);
  }

  @Override
  public void close() {
    socket.close();
  }
}
