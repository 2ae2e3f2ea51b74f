package dev.namewell.server.client;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * One query over UDP of which only the header of the reply is read. Loads as few classes as
 * possible, because a container engine starts it every few seconds.
 */
public final class HealthProbe {
  private static final int HEADER = 12;
  private static final int TAIL = 4;
  private static final int TRIES = 2;
  private static final int NOERROR = 0;
  private static final int NXDOMAIN = 3;

  private HealthProbe() {}

  /**
   * True if a reply with NOERROR or NXDOMAIN comes within the time.
   *
   * @param name uncompressed wire form
   */
  public static boolean isHealthy(
      InetSocketAddress server, byte[] name, int type, int timeoutMillis) {
    byte[] query = query(name, type);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(Math.max(1, timeoutMillis / TRIES));
      for (int i = 0; i < TRIES; i++) {
        socket.send(new DatagramPacket(query, query.length));
        int rcode = rcodeOfReply(socket, query);
        if (rcode >= 0) {
          return rcode == NOERROR || rcode == NXDOMAIN;
        }
      }
    } catch (IOException _) {
      return false;
    }
    return false;
  }

  /** -1 if none came in time. A foreign packet uses up its try. */
  private static int rcodeOfReply(DatagramSocket socket, byte[] query) throws IOException {
    byte[] reply = new byte[HEADER];
    DatagramPacket packet = new DatagramPacket(reply, reply.length);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException _) {
      return -1;
    }
    boolean ours =
        packet.getLength() == HEADER
            && reply[0] == query[0]
            && reply[1] == query[1]
            && (reply[2] & 0x80) != 0;
    return ours ? reply[3] & 0x0f : -1;
  }

  private static byte[] query(byte[] name, int type) {
    byte[] query = new byte[HEADER + name.length + TAIL];
    // The socket is connected and the reply is not used: an ID from the clock is luck enough.
    long id = System.nanoTime();
    query[0] = (byte) (id >> Byte.SIZE);
    query[1] = (byte) id;
    query[2] = 1;
    query[5] = 1;
    System.arraycopy(name, 0, query, HEADER, name.length);
    int at = HEADER + name.length;
    query[at] = (byte) (type >> Byte.SIZE);
    query[at + 1] = (byte) type;
    query[at + 3] = 1;
    return query;
  }
}
