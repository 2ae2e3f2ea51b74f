package dev.namewell.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The other end of {@link ControlSocket}: sends one command and returns the reply. */
public final class ControlClient {
  /** A reload that reads long lists may take a while. */
  private static final Duration TIME = Duration.ofSeconds(60);

  private ControlClient() {}

  /**
   * Sends a command and waits for the whole reply, a minute at most.
   *
   * @param line without a line end
   * @return the lines of the reply; the first begins with {@code ok} or {@code error:}
   * @throws IOException with the reason in words if nobody answers
   */
  public static List<String> send(Path path, String line) throws IOException {
    ControlPath.checkLength(path);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "no control socket at " + path + ": is `namewell serve` running with this `control`?");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Deadline deadline = new Deadline(channel, TIME)) {
      connect(channel, path);
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      byte[] reply = Channels.newInputStream(channel).readAllBytes();
      if (reply.length == 0 || deadline.passed()) {
        throw new IOException("no reply from the control socket at " + path);
      }
      return new String(reply, StandardCharsets.UTF_8).lines().toList();
    } catch (AsynchronousCloseException late) {
      throw new IOException(
          "no reply from the control socket at " + path + " within " + TIME, late);
    }
  }

  private static void connect(SocketChannel channel, Path path) throws IOException {
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException refused) {
      throw new IOException(
          "cannot reach the control socket at "
              + path
              + ": "
              + refused.getMessage()
              + " (is `namewell serve` running, and are you its user or root?)",
          refused);
    }
  }
}
