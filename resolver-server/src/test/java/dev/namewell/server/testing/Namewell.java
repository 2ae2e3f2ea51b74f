package dev.namewell.server.testing;

import dev.namewell.server.admin.ControlClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Namewell as a process of its own on loopback, started again and again on the same ports. */
public final class Namewell implements AutoCloseable {
  private final Path folder;
  private final Path config;
  private final int port = Daemon.freePort();
  private final int httpPort = Daemon.freePort();
  private @Nullable Daemon daemon;
  private int starts;

  /**
   * @param folder holds its configuration, its logs and its control socket
   */
  public Namewell(Path folder) {
    this.folder = folder;
    config = folder.resolve("namewell.yaml");
  }

  /** Writes the configuration file: where it listens, and these lines. */
  public Namewell configure(String yaml) {
    Servers.write(
        config,
        """
        listen: "127.0.0.1:%d"
        http: "127.0.0.1:%d"
        control: %s
        """
                .formatted(port, httpPort, socket())
            + yaml);
    return this;
  }

  /** Starts it and waits until it answers. */
  public Namewell start(String... jvmOptions) {
    starts++;
    daemon =
        Daemon.start(
                folder,
                "namewell-" + starts,
                Servers.namewellCommand(
                    List.of(), List.of(jvmOptions), "serve", "--config", config.toString()))
            .untilLogged("ready: answering");
    return this;
  }

  /** The process that was started last. */
  public Daemon daemon() {
    Daemon current = daemon;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  public int port() {
    return port;
  }

  public int httpPort() {
    return httpPort;
  }

  public Path config() {
    return config;
  }

  private Path socket() {
    return folder.resolve("control.sock");
  }

  /** Runs {@code namewell control} with the file's socket. */
  public Command control(String... arguments) {
    List<String> all =
        new ArrayList<>(
            Servers.namewellCommand(List.of(), "control", "--socket", socket().toString()));
    all.addAll(List.of(arguments));
    return Command.run(all);
  }

  /** Has a command carried out over its control socket by this process; it must succeed. */
  public void tell(String line) {
    try {
      String reply = ControlClient.send(socket(), line).getFirst();
      if (!reply.startsWith("ok")) {
        throw new AssertionError(line + ": " + reply);
      }
    } catch (IOException trouble) {
      throw new AssertionError(daemon().log(), trouble);
    }
  }

  public Metrics metrics() {
    try {
      return Metrics.read(httpPort);
    } catch (IOException trouble) {
      throw new AssertionError(daemon().log(), trouble);
    }
  }

  /** The HTTP status of {@code /health/ready}; 0 if nobody listens. */
  public int ready() throws IOException {
    try {
      return Metrics.status(httpPort, "/health/ready");
    } catch (ConnectException closed) {
      return 0;
    }
  }

  /** Resident memory of the process, octets. */
  public long residentOctets() throws IOException {
    return Kernel.residentOctets(daemon().pid());
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
    }
  }
}
