package dev.namewell.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the JVM's start-up cache: has a server in a JVM of its own serve a bit of everything, which
 * that JVM records at its end. Only what serving needs is in the cache, and nothing of this demo:
 * what is in it is mapped, and so resident, in every server.
 */
public final class StartupCache {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final long READY_MINUTES = 2;

  /** Writing the cache takes a quiet machine ten seconds. */
  private static final long WRITING_MINUTES = 10;

  private final Path config;
  private final Path log;
  private final Path control;
  private final InetSocketAddress server;
  private final InetSocketAddress http;
  private final Control commands;

  /** A way to a server's control socket. */
  @FunctionalInterface
  public interface Control {
    /** Sends a line; the first line of the reply begins with {@code ok} if it was obeyed. */
    List<String> send(Path socket, String line) throws IOException;
  }

  private StartupCache(Path folder, Control commands) throws IOException {
    this.commands = commands;
    config = folder.resolve("namewell.yaml");
    log = folder.resolve("log");
    control = folder.resolve("control");
    server = new InetSocketAddress(LOOPBACK, freePort());
    http = new InetSocketAddress(LOOPBACK, freePort());
  }

  /**
   * Makes it.
   *
   * @param program starts {@code namewell} with the very options of the JVM that it is to have
   *     later
   * @param control sends a server a command
   * @throws IOException if it cannot be made, with the reason and the end of the server's log
   */
  public static void make(List<String> program, Path cache, Control control)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("namewell");
    try {
      new StartupCache(folder, control).train(program, cache);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private void train(List<String> program, Path cache) throws IOException, InterruptedException {
    AuthoritativeTree tree = new AuthoritativeTree(ZoneText.whole());
    SignedRoot root = new SignedRoot();
    try (LoopbackServer first = LoopbackServer.start(tree);
        LoopbackServer second = LoopbackServer.start(tree);
        LoopbackServer rootServer = LoopbackServer.start(root)) {
      first.setSilent(true);
      Files.writeString(config, forwarding(first.address(), second.address()));
      Process process = serve(program);
      try {
        untilReady(process);
        Training training = new Training(server, http);
        training.run();
        Files.writeString(config, recursive(rootServer.address(), root.anchor()));
        List<String> reply = commands.send(control, "reload");
        if (!reply.getFirst().startsWith("ok")) {
          throw new IOException("recursion is refused: " + String.join(" ", reply));
        }
        training.recurse();
        process.destroy();
        if (!process.waitFor(WRITING_MINUTES, TimeUnit.MINUTES) || !Files.exists(cache)) {
          throw new IOException("no start-up cache was written");
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException failed) {
      String said = Files.exists(log) ? Files.readString(log) : "";
      throw new IOException(failed.getMessage() + "; the server said: " + said, failed);
    }
  }

  private Process serve(List<String> program) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("serve", "--config", config.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("NAMEWELL_"));
    return builder.start();
  }

  private void untilReady(Process process) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(READY_MINUTES);
    while (!Files.readString(log).contains("ready: ")) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
        throw new IOException("the server does not start");
      }
    }
  }

  private String forwarding(InetSocketAddress first, InetSocketAddress second) {
    return served() + "upstreams: [%s, %s]%n".formatted(quoted(first), quoted(second));
  }

  private String recursive(InetSocketAddress root, String anchor) {
    return served()
        + """
        mode: recursive
        recursion: {root-hints: [{name: "%s", addresses: [%s]}]}
        dnssec: {validation: on, trust-anchors: ["%s"], trust-anchor-file: off}
        """
            .formatted(SignedRoot.SERVER, quoted(root), anchor);
  }

  private String served() {
    return """
    listen: [%s]
    http: %s
    control: "%s"
    threads: 1
    """
        .formatted(quoted(server), quoted(http), control);
  }

  private static String quoted(InetSocketAddress address) {
    return "\"" + address.getAddress().getHostAddress() + ":" + address.getPort() + "\"";
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
      return probe.getLocalPort();
    }
  }
}
