package dev.namewell.server.system;

import dev.namewell.server.testing.Stub;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * A client that sends mutated queries over TCP: many in one write with a good query behind them,
 * and connections that break the framing.
 */
final class StreamFlood implements AutoCloseable {
  private static final int LENGTH_OCTETS = 2;
  private static final int MAX_FRAME = 65_535;

  /** A for {@code localhost.}, with an ID of its own each time. */
  private static final byte[] GOOD = {
    0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0, 0, 1, 0,
    1
  };

  /** How a connection ends that does not keep to the rules. */
  enum Break {
    LENGTH_OF_ZERO,
    LONGEST_FRAME,
    LONGEST_LENGTH_AND_NO_MORE,
    HALF_A_LENGTH,
    HALF_A_FRAME,
    HALF_CLOSED,
    /** RST in the middle of the first frame. */
    RESET
  }

  private final int port;
  private final Socket kept;
  private final DataInputStream in;
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private long sent;
  private int goods;

  StreamFlood(int serverPort) throws IOException {
    port = serverPort;
    kept = Stub.connect(serverPort);
    in = new DataInputStream(new BufferedInputStream(kept.getInputStream()));
  }

  /** Complete messages that the server must have read. */
  long sent() {
    return sent;
  }

  private void add(byte[] message) {
    chunk.write(message.length >> Byte.SIZE);
    chunk.write(message.length);
    chunk.writeBytes(message);
    sent++;
  }

  private void addGood() {
    goods++;
    byte[] good = GOOD.clone();
    good[0] = (byte) (goods >> Byte.SIZE);
    good[1] = (byte) goods;
    add(good);
  }

  /** Sends so many mutated queries in one write, and reads until the good query is answered. */
  void exchange(MutatedQueries queries, int count) throws IOException {
    chunk.reset();
    for (int i = 0; i < count; i++) {
      add(queries.next());
    }
    addGood();
    kept.getOutputStream().write(chunk.toByteArray());
    while (!isGoodReply(read(in))) {
      Thread.onSpinWait();
    }
  }

  private static byte[] read(DataInputStream stream) throws IOException {
    byte[] message = new byte[stream.readUnsignedShort()];
    stream.readFully(message);
    return message;
  }

  private boolean isGoodReply(byte[] reply) {
    int id = goods & 0xffff;
    int noErrorAndRa = 0x80;
    return reply.length > GOOD.length
        && reply[3] == (byte) noErrorAndRa
        && ((reply[0] & 0xff) << Byte.SIZE | (reply[1] & 0xff)) == id
        && reply[12] == GOOD[12]
        && reply[13] == GOOD[13];
  }

  /** Sends some queries on a connection of their own, ends it badly, and waits for its end. */
  void exchangeAndBreak(MutatedQueries queries, int count, Break how) throws IOException {
    chunk.reset();
    if (how != Break.RESET) {
      for (int i = 0; i < count; i++) {
        add(queries.next());
      }
      addGood();
    }
    boolean whole = how == Break.HALF_CLOSED || how == Break.LONGEST_FRAME;
    addBreak(queries, how);
    try (Socket stream = Stub.connect(port)) {
      stream.getOutputStream().write(chunk.toByteArray());
      if (how == Break.RESET) {
        stream.setSoLinger(true, 0);
        return;
      }
      if (how != Break.LENGTH_OF_ZERO) {
        stream.shutdownOutput();
      }
      boolean answered = readToTheEnd(stream);
      if (whole && !answered) {
        throw new AssertionError("a good query was not answered before " + how);
      }
    }
  }

  private void addBreak(MutatedQueries queries, Break how) {
    byte[] query = queries.next();
    switch (how) {
      case LENGTH_OF_ZERO -> {
        chunk.writeBytes(new byte[LENGTH_OCTETS]);
        chunk.writeBytes(query);
      }
      case LONGEST_FRAME -> {
        byte[] longest = new byte[MAX_FRAME];
        System.arraycopy(query, 0, longest, 0, query.length);
        add(longest);
      }
      case LONGEST_LENGTH_AND_NO_MORE -> {
        chunk.writeBytes(new byte[] {-1, -1});
        chunk.write(query, 0, queries.nextInt(query.length));
      }
      case HALF_A_LENGTH -> chunk.write(0);
      case HALF_A_FRAME, RESET -> {
        chunk.write(query.length >> Byte.SIZE);
        chunk.write(query.length);
        chunk.write(query, 0, query.length / 2);
      }
      case HALF_CLOSED -> {}
    }
  }

  /** True if the good query was answered; the server may end it by RST if it has not read all. */
  private boolean readToTheEnd(Socket stream) throws IOException {
    boolean answered = false;
    DataInputStream replies = new DataInputStream(new BufferedInputStream(stream.getInputStream()));
    try {
      while (true) {
        answered |= isGoodReply(read(replies));
      }
    } catch (EOFException | SocketException ended) {
      return answered;
    }
  }

  @Override
  public void close() throws IOException {
    kept.close();
  }
}
