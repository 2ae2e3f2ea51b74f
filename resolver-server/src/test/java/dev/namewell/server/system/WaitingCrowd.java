package dev.namewell.server.system;

import dev.namewell.server.testing.Stub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Type;

/** Many clients behind one address and one UDP socket, told apart by the ID of their query. */
final class WaitingCrowd implements AutoCloseable {
  private static final int SOCKET_BUFFER = 4 << 20;
  private static final int MAX_REPLY = 4096;
  private static final int RCODE = 0xf;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final DatagramChannel channel = DatagramChannel.open();
  private final Selector selector = Selector.open();
  private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_REPLY);
  private final BitSet waiting = new BitSet();
  private int asked;

  /**
   * @param address any of 127.0.0.0/8
   */
  WaitingCrowd(String address, int serverPort) throws IOException {
    channel.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** One more client asks. */
  void ask(String name) throws IOException {
    byte[] query = Stub.query(name, Type.A).toWire();
    query[0] = (byte) (asked >> Byte.SIZE);
    query[1] = (byte) asked;
    waiting.set(asked++);
    ByteBuffer out = ByteBuffer.wrap(query);
    while (channel.write(out) == 0) {
      Thread.onSpinWait();
    }
  }

  /** Reads until every client has its reply, each with this RCODE. */
  void awaitAll(int rcode) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!waiting.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(waiting.cardinality() + " of " + asked + " clients got no reply");
      }
      selector.select(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS));
      selector.selectedKeys().clear();
      while (channel.read(in.clear()) > 0) {
        take(in.flip(), rcode);
      }
    }
  }

  private void take(ByteBuffer reply, int rcode) {
    int client = reply.getShort(0) & 0xffff;
    int got = reply.get(3) & RCODE;
    if (got != rcode || !waiting.get(client)) {
      throw new AssertionError("client " + client + " got RCODE " + got + ", or two replies");
    }
    waiting.clear(client);
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
