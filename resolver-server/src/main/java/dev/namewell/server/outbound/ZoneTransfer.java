package dev.namewell.server.outbound;

import dev.namewell.core.port.Exchange.Outgoing;
import dev.namewell.core.port.Time;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A query whose response is many messages on a TCP connection of its own (RFC 5936 §2.2). Rare and
 * long, so it blocks its virtual thread and takes no part in the pool of connections.
 */
final class ZoneTransfer {
  private static final int LENGTH_OCTETS = 2;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Time time;
  private final long deadlineNanos;
  private final Socket socket;

  private ZoneTransfer(Time time, long deadlineNanos, Socket socket) {
    this.time = time;
    this.deadlineNanos = deadlineNanos;
    this.socket = socket;
  }

  /**
   * Transfers a zone, message by message.
   *
   * @param luck the ID is made of it
   * @return why it ended before the taker wanted no more; null if it did not
   */
  static @Nullable String run(Outgoing outgoing, int luck, Time time, Predicate<byte[]> taker) {
    long deadline = time.nanos() + outgoing.timeout().toNanos();
    try (Socket socket = new Socket()) {
      ZoneTransfer transfer = new ZoneTransfer(time, deadline, socket);
      socket.connect(outgoing.server().address(), transfer.millisLeft());
      byte[] query = outgoing.query();
      ByteBuffer frame = ByteBuffer.allocate(LENGTH_OCTETS + query.length);
      frame.putShort((short) query.length).put(query).putShort(LENGTH_OCTETS, (short) luck);
      socket.getOutputStream().write(frame.array());
      return transfer.read((short) luck, taker);
    } catch (SocketTimeoutException _) {
      return "not done within " + outgoing.timeout().toSeconds() + " s";
    } catch (IOException e) {
      return Failures.text(e);
    }
  }

  private @Nullable String read(short id, Predicate<byte[]> taker) throws IOException {
    InputStream in = socket.getInputStream();
    while (true) {
      ByteBuffer length = ByteBuffer.wrap(octets(in, LENGTH_OCTETS));
      byte[] message = octets(in, Short.toUnsignedInt(length.getShort()));
      if (message.length < LENGTH_OCTETS || ByteBuffer.wrap(message).getShort() != id) {
        return "a message with a wrong ID";
      }
      if (!taker.test(message)) {
        return null;
      }
    }
  }

  /** Each read has only the time that is left in all: a server that drips gains nothing. */
  private byte[] octets(InputStream in, int count) throws IOException {
    byte[] octets = new byte[count];
    for (int at = 0; at < count; ) {
      socket.setSoTimeout(millisLeft());
      int read = in.read(octets, at, count - at);
      if (read < 0) {
        throw new EOFException("connection closed by the server");
      }
      at += read;
    }
    return octets;
  }

  private int millisLeft() throws SocketTimeoutException {
    long millis = (deadlineNanos - time.nanos()) / NANOS_PER_MILLI;
    if (millis <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }
}
