package dev.namewell.server.client;

import dev.namewell.server.client.ClientQuery.Flag;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;

/** Asks one server one question: UDP with retries, TCP where it is wished or needed. Blocks. */
public final class DnsClient {
  private static final int MAX_MESSAGE = 65535;

  private final SecureRandom random = new SecureRandom();

  /** What came back. */
  public sealed interface Outcome {
    /**
     * A response to the question.
     *
     * @param retriedOverTcp true: the reply over UDP was truncated
     * @param elapsed from the last query to its reply
     */
    record Reply(byte[] message, boolean tcp, boolean retriedOverTcp, Duration elapsed)
        implements Outcome {}

    /** No usable response; the reason is for people. */
    record Silence(String reason) implements Outcome {}
  }

  /** Sends the query and waits; never throws for what a server or a network does. */
  public Outcome ask(ClientQuery query) {
    if (query.has(Flag.TCP)) {
      return overTcp(query, false);
    }
    Outcome outcome = overUdp(query);
    return outcome instanceof Outcome.Reply(byte[] message, boolean _, boolean _, Duration _)
            && QueryBytes.isTruncated(message)
            && !query.has(Flag.IGNORE_TRUNCATION)
        ? overTcp(query, true)
        : outcome;
  }

  private Outcome overUdp(ClientQuery query) {
    String reason = "timed out";
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(query.server());
      for (int i = 0; i < query.tries(); i++) {
        byte[] bytes = QueryBytes.write(query, nextId());
        long start = System.nanoTime();
        try {
          socket.send(new DatagramPacket(bytes, bytes.length));
          byte[] reply = receive(socket, bytes, start + query.timeout().toNanos());
          return new Outcome.Reply(reply, false, false, since(start));
        } catch (PortUnreachableException _) {
          reason = "nothing listens there (port unreachable)";
        } catch (SocketTimeoutException _) {
          reason = "timed out";
        }
      }
    } catch (IOException e) {
      reason = words(e);
    }
    return new Outcome.Silence(reason);
  }

  /** Anything that is no response to this query is not waited on for longer. */
  private static byte[] receive(DatagramSocket socket, byte[] query, long deadline)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
    while (true) {
      socket.setSoTimeout(millisUntil(deadline));
      packet.setLength(MAX_MESSAGE);
      socket.receive(packet);
      byte[] message = Arrays.copyOf(packet.getData(), packet.getLength());
      if (QueryBytes.answers(query, message)) {
        return message;
      }
    }
  }

  private Outcome overTcp(ClientQuery query, boolean retried) {
    long start = System.nanoTime();
    long deadline = start + query.timeout().toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(query.server(), millisUntil(deadline));
      byte[] bytes = QueryBytes.write(query, nextId());
      byte[] framed = new byte[bytes.length + Short.BYTES];
      framed[0] = (byte) (bytes.length >> Byte.SIZE);
      framed[1] = (byte) bytes.length;
      System.arraycopy(bytes, 0, framed, Short.BYTES, bytes.length);
      socket.getOutputStream().write(framed);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        byte[] message =
            new byte
                [(readOctet(in, socket, deadline) << Byte.SIZE) | readOctet(in, socket, deadline)];
        for (int at = 0; at < message.length; at++) {
          message[at] = (byte) readOctet(in, socket, deadline);
        }
        if (QueryBytes.answers(bytes, message)) {
          return new Outcome.Reply(message, true, retried, since(start));
        }
      }
    } catch (SocketTimeoutException _) {
      return new Outcome.Silence("timed out over TCP");
    } catch (EOFException _) {
      return new Outcome.Silence("the server closed the connection without a reply");
    } catch (IOException e) {
      return new Outcome.Silence(words(e));
    }
  }

  private static int readOctet(DataInputStream in, Socket socket, long deadline)
      throws IOException {
    socket.setSoTimeout(millisUntil(deadline));
    return in.readUnsignedByte();
  }

  private int nextId() {
    return random.nextInt(MAX_MESSAGE + 1);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** At least one: zero would mean to wait for ever. */
  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("deadline");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
