package dev.namewell.server.system;

import dev.namewell.server.testing.Kernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * A client that sends mutated queries in chunks from one UDP socket. A good query, which needs no
 * upstream, follows each chunk; the kernel keeps the order, so its reply tells that the server has
 * gone through the whole chunk.
 */
final class DatagramFlood implements AutoCloseable {
  private static final int SOCKET_BUFFER = 4 << 20;
  private static final int MAX_REPLY = 8192;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long AGAIN_MILLIS = 2000;
  private static final int HEADER = 12;

  /** A for a number of eight digits below localhost. */
  private static final byte[] GOOD = {
    0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 9, 'l', 'o', 'c', 'a', 'l', 'h',
    'o', 's', 't', 0, 0, 1, 0, 1
  };

  private static final int DIGITS = 8;

  private final DatagramChannel channel = DatagramChannel.open();
  private final Selector selector = Selector.open();
  private final ByteBuffer out = ByteBuffer.allocateDirect(MutatedQueries.MAX_LENGTH);
  private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_REPLY);
  private int goods;
  private long sent;
  private long received;

  DatagramFlood(int serverPort) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    channel.bind(new InetSocketAddress(loopback, 0));
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    channel.connect(new InetSocketAddress(loopback, serverPort));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** Packets that were handed to the kernel. */
  long sent() {
    return sent;
  }

  /** Replies that were read. */
  long received() {
    return received;
  }

  /** Replies that this client was too slow for. */
  long lost() throws IOException {
    return Kernel.lostDatagrams(((InetSocketAddress) channel.getLocalAddress()).getPort());
  }

  void send(byte[] packet) throws IOException {
    out.clear().put(packet).flip();
    send(out);
  }

  private void send(ByteBuffer packet) throws IOException {
    while (channel.write(packet) == 0) {
      Thread.onSpinWait();
    }
    sent++;
  }

  void sendGoodQuery() throws IOException {
    out.clear().put(GOOD);
    for (int i = DIGITS, rest = goods; i > 0; i--, rest /= 10) {
      out.put(HEADER + i, (byte) ('0' + rest % 10));
    }
    out.flip();
    send(out);
  }

  /** Reads until the reply to the good query that was sent last; sends it again if it was lost. */
  void awaitGoodReply() throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!drain()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("no reply to a good query after " + sent + " packets");
      }
      if (selector.select(AGAIN_MILLIS) == 0) {
        sendGoodQuery();
      }
      selector.selectedKeys().clear();
    }
    goods++;
  }

  /** Reads what is there; true if the reply to the good query was among it. */
  boolean drain() throws IOException {
    boolean found = false;
    in.clear();
    while (channel.read(in) > 0) {
      received++;
      found |= isGoodReply(in.flip());
      in.clear();
    }
    return found;
  }

  private boolean isGoodReply(ByteBuffer reply) {
    int noErrorAndRa = 0x80;
    if (reply.limit() <= GOOD.length || reply.get(3) != (byte) noErrorAndRa) {
      return false;
    }
    for (int i = DIGITS, rest = goods; i > 0; i--, rest /= 10) {
      if (reply.get(HEADER + i) != '0' + rest % 10) {
        return false;
      }
    }
    return reply.get(HEADER) == DIGITS && reply.get(HEADER + DIGITS + 2) == 'l';
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
