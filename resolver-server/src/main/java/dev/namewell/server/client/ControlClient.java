package dev.namewell.server.client;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Sends one line to the control socket and reads lines until its end. Blocks. */
public final class ControlClient {
  /** A reply is a few hundred lines at most; bounds a wrong peer. */
  private static final int MAX_REPLY = 4 << 20;

  private static final int CHUNK = 8192;
  private static final String OK = "ok";

  private ControlClient() {}

  /**
   * What the server said.
   *
   * @param ok true if its first line is {@code ok}
   * @param text what follows the first line, or the first line itself where it is an error
   */
  public record Answer(boolean ok, String text) {}

  /**
   * Asks the server behind the socket.
   *
   * @throws IOException if it cannot be reached or is silent for so long
   */
  public static Answer send(Path socket, String line, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = Selector.open()) {
      ByteBuffer command = StandardCharsets.UTF_8.encode(line + "\n");
      while (command.hasRemaining()) {
        channel.write(command);
      }
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      return answer(readAll(channel, selector, deadline));
    }
  }

  private static String readAll(SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteBuffer reply = ByteBuffer.allocate(CHUNK);
    while (true) {
      int count = channel.read(reply);
      if (count < 0) {
        return StandardCharsets.UTF_8.decode(reply.flip()).toString();
      }
      if (!reply.hasRemaining()) {
        if (reply.capacity() >= MAX_REPLY) {
          throw new IOException("the reply is longer than 4 MiB");
        }
        reply = ByteBuffer.allocate(reply.capacity() * 2).put(reply.flip());
      }
      if (count == 0) {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0 || selector.select(left) == 0) {
          throw new IOException("no reply within the time");
        }
        selector.selectedKeys().clear();
      }
    }
  }

  private static Answer answer(String reply) {
    int end = reply.indexOf('\n');
    String first = end < 0 ? reply : reply.substring(0, end);
    return first.equals(OK)
        ? new Answer(true, end < 0 ? "" : reply.substring(end + 1))
        : new Answer(false, first.isEmpty() ? "error: an empty reply" : first);
  }
}
