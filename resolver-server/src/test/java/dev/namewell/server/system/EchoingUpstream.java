package dev.namewell.server.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Objects;

/** A recursive server on loopback for which no name exists; it says so at once, over UDP. */
final class EchoingUpstream implements AutoCloseable {
  private static final int HEADER = 12;
  private static final int MAX_QUERY = 4096;
  private static final int SOCKET_BUFFER = 4 << 20;

  /** QR and RD; RA and NXDOMAIN. */
  private static final int FLAGS = 0x8183;

  private final DatagramChannel channel;

  EchoingUpstream() throws IOException {
    channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    Thread.ofPlatform().daemon().name("echoing upstream").start(this::serve);
  }

  int port() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private void serve() {
    ByteBuffer packet = ByteBuffer.allocateDirect(MAX_QUERY);
    try {
      while (true) {
        packet.clear();
        SocketAddress from = Objects.requireNonNull(channel.receive(packet));
        packet.flip();
        if (packet.limit() > HEADER) {
          int at = HEADER;
          while (packet.get(at) != 0) {
            at += 1 + packet.get(at);
          }
          packet.putShort(2, (short) FLAGS);
          packet.putInt(6, 0);
          packet.putShort(10, (short) 0);
          packet.limit(at + 5);
          channel.send(packet, from);
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
