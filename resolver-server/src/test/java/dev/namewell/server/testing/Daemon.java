package dev.namewell.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server program that a test started; its output is kept in a file for when something fails. */
public final class Daemon implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a program that stays in the foreground; it finds nothing to read. */
  public static Daemon start(Path folder, String name, List<String> command) {
    return start(folder, name, command, Path.of("/dev/null"));
  }

  /**
   * Starts a program that stays in the foreground.
   *
   * @param input what it reads from standard input
   */
  public static Daemon start(Path folder, String name, List<String> command, Path input) {
    try {
      Path log = folder.resolve(name + ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(input.toFile()))
              .start();
      return new Daemon(process, log);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** Waits until something at this loopback port answers DNS queries over UDP. */
  public Daemon untilAnswering(int port) {
    byte[] query = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};
    return until(
        "answers at port " + port,
        () -> {
          try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(200);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.send(new DatagramPacket(query, query.length));
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
          } catch (SocketTimeoutException | PortUnreachableException notYet) {
            return false;
          }
        });
  }

  /** Waits until the program has written this. */
  public Daemon untilLogged(String text) {
    return until("logs \"" + text + "\"", () -> log().contains(text));
  }

  /** Something that may not be so yet. */
  public interface Condition {
    boolean holds() throws IOException;
  }

  /** Looks again and again until the condition holds; fails after a minute or if it has ended. */
  public Daemon until(String what, Condition condition) {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try {
      while (!condition.holds()) {
        if (!process.isAlive()) {
          throw new AssertionError("ended with " + process.exitValue() + ":\n" + log());
        }
        if (System.nanoTime() > end) {
          throw new AssertionError("never " + what + ":\n" + log());
        }
        Thread.sleep(50);
      }
      return this;
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** Everything it has written so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal by name, such as {@code HUP}. */
  public void signal(String name) {
    Command.output("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Waits for its end and returns the exit status. */
  public int exit() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** A loopback port that is free for UDP and TCP just now. */
  public static int freePort() {
    while (true) {
      try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          DatagramSocket udp =
              new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
        return udp.getLocalPort();
      } catch (BindException _) {
        // Another one.
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      }
    }
  }
}
