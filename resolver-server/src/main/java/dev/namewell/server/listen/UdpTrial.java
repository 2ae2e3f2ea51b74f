package dev.namewell.server.listen;

import dev.namewell.server.runtime.UdpFd;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Finds out whether {@link BatchedUdp} works here, by sending a packet through one and back. */
final class UdpTrial {
  /** A round trip over loopback takes a tenth of a millisecond; a loaded machine gets its time. */
  private static final int PATIENCE_MILLIS = 2000;

  private static final int MESSAGE = 12;

  private UdpTrial() {}

  /** Why it does not work; empty if it does. */
  static Optional<String> failure(ServingLoop home) {
    try {
      UdpFd.ensureAvailable();
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      UdpFd socket = UdpFd.listen(new InetSocketAddress(loopback, 0), true);
      BatchedUdp channel = new BatchedUdp(home, socket);
      try {
        channel
            .pipeline()
            .addLast(
                new BatchHandler(
                    home,
                    channel,
                    (query, length, client, sink, nanos) -> sink.send(query, length)));
        channel.start();
        return exchange(channel);
      } finally {
        channel.close().syncUninterruptibly();
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> exchange(Channel channel) throws IOException {
    try (DatagramSocket client = new DatagramSocket()) {
      // Connected: a reply from another address than the one asked would not be seen.
      client.connect(channel.localAddress());
      client.setSoTimeout(PATIENCE_MILLIS);
      client.send(new DatagramPacket(new byte[MESSAGE], MESSAGE));
      DatagramPacket reply = new DatagramPacket(new byte[MESSAGE + 1], MESSAGE + 1);
      client.receive(reply);
      return reply.getLength() == MESSAGE
          ? Optional.empty()
          : Optional.of("a packet came back changed");
    }
  }
}
