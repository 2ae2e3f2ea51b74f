package dev.namewell.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix domain socket that takes one command per connection, for the user that runs the resolver
 * only (mode 0600). One line in; {@code ok …} or {@code error: …} and more lines out; then it
 * closes.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

  /** Octets of a command; the longest name in escaped form needs a quarter. */
  static final int MAX_LINE = 4096;

  /** A command is typed by a program, at once. */
  private static final Duration READ_TIME = Duration.ofSeconds(2);

  private static final Duration WRITE_TIME = Duration.ofSeconds(2);

  /** Connections at once; more wait in the kernel. */
  private static final int MAX_CONNECTIONS = 16;

  /** Pause after an accept that failed, for want of file descriptors mostly. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path path;
  private final @Nullable Object identity;
  private final ServerSocketChannel server;
  private final ControlCommands commands;
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

  private ControlSocket(
      Path path, @Nullable Object identity, ServerSocketChannel server, ControlCommands commands) {
    this.path = path;
    this.identity = identity;
    this.server = server;
    this.commands = commands;
  }

  /**
   * Binds and serves. The directory is made with mode 0700 if it is absent; a socket that a dead
   * process left is replaced.
   *
   * @throws IOException with the reason in words: path too long, foreign owner, somebody listens
   */
  public static ControlSocket start(Path where, ControlCommands commands) throws IOException {
    Path path = where.toAbsolutePath().normalize();
    ControlPath.prepare(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Object identity;
    try {
      bind(server, path);
      identity = identity(path);
    } catch (IOException | RuntimeException failed) {
      server.close();
      throw failed;
    }
    ControlSocket socket = new ControlSocket(path, identity, server, commands);
    Thread.ofVirtual().name("control accept").start(socket::accept);
    return socket;
  }

  /** Binds under another name first: nobody can connect before the mode is set. */
  private static void bind(ServerSocketChannel server, Path path) throws IOException {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    Path hidden = path.resolveSibling("." + random.substring(0, 5));
    ControlPath.checkLength(hidden);
    server.bind(UnixDomainSocketAddress.of(hidden));
    try {
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
      Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private void accept() {
    while (true) {
      places.acquireUninterruptibly();
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("control").start(() -> serve(client));
      } catch (ClosedChannelException stopped) {
        return;
      } catch (IOException transientFailure) {
        LOG.warn("control socket: cannot accept: {}", transientFailure.getMessage());
        places.release();
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      String line = readLine(client);
      String reply =
          line == null
              ? ControlCommands.ERROR + " expected one line of at most 4096 octets, at once\n"
              : ControlLine.run(line, commands);
      write(client, reply);
    } catch (AsynchronousCloseException tooSlow) {
      LOG.debug("control socket: client too slow");
    } catch (IOException gone) {
      LOG.debug("control socket: {}", gone.getMessage());
    } finally {
      places.release();
    }
  }

  /** The first line without its end; null if there is none that could be a command. */
  private static @Nullable String readLine(SocketChannel client) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE);
    boolean tooLong = false;
    try (Deadline deadline = new Deadline(client, READ_TIME)) {
      while (!deadline.passed() && client.read(buffer) >= 0) {
        int end = lineEnd(buffer);
        if (end >= 0) {
          return tooLong ? null : new String(buffer.array(), 0, end, StandardCharsets.UTF_8);
        }
        if (!buffer.hasRemaining()) {
          // Read on to the end: closing with octets unread would take the reply away as well.
          tooLong = true;
          buffer.clear();
        }
      }
    }
    return null;
  }

  private static int lineEnd(ByteBuffer buffer) {
    for (int at = 0; at < buffer.position(); at++) {
      if (buffer.get(at) == '\n') {
        return at;
      }
    }
    return -1;
  }

  private static void write(SocketChannel client, String reply) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8));
    try (Deadline deadline = new Deadline(client, WRITE_TIME)) {
      while (buffer.hasRemaining() && !deadline.passed()) {
        client.write(buffer);
      }
    }
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  /** Stops listening and removes the socket, unless another process has replaced it. */
  @Override
  public void close() {
    try {
      server.close();
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && Objects.equals(identity, identity(path))) {
        Files.delete(path);
      }
    } catch (IOException notRemoved) {
      LOG.warn("control socket {}: {}", path, notRemoved.getMessage());
    }
  }
}
