package dev.namewell.server.app;

import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.admin.ControlSocket;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.Problem;
import dev.namewell.server.runtime.HeapGrowth;
import dev.namewell.server.runtime.ListenException;
import dev.namewell.server.runtime.SystemdNotify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code namewell serve}: a service with its signals and its control socket. */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int CANNOT_START = 1;
  private static final long LOOK_SECONDS = 1;

  private Server() {}

  /**
   * Serves until told to stop, then returns the exit code.
   *
   * @param source read again on a reload
   */
  public static int run(Settings settings, ConfigSource source) {
    CountDownLatch stopped = new CountDownLatch(1);
    Signals.onStop(stopped);
    LOG.info("configuration from {}: {}", source.describe(), SettingsText.line(settings));
    SystemdNotify systemd = SystemdNotify.of(System.getenv());
    try (Service service = Wiring.start(settings, List.of())) {
      Operator operator = new Operator(service, source, systemd);
      try (ControlSocket _ = control(settings.control(), operator)) {
        Signals.onReload(operator::reload);
        String where = describe(service.addresses());
        LOG.info("ready: answering on {}", where);
        systemd.ready("answering on " + where);
        HeapGrowth heap = new HeapGrowth();
        while (!stopped.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
          heap.look();
          systemd.trouble(service.engine().outage());
        }
        LOG.info("stopping");
        systemd.stopping();
      }
      return 0;
    } catch (ListenException failed) {
      int index = settings.listen().indexOf(failed.address());
      System.err.println(
          "namewell: " + source.place(failed.key(), index) + ": " + failed.getMessage());
      return CANNOT_START;
    } catch (IOException failed) {
      System.err.println("namewell: " + failed.getMessage());
      return CANNOT_START;
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** Tells in the log what of the configuration is hardly meant so. */
  public static void warn(List<Problem> warnings) {
    warnings.forEach(warning -> LOG.warn("configuration: {}", warning));
  }

  /** A control socket that cannot be had is no reason not to answer queries. */
  private static @Nullable ControlSocket control(Optional<Path> path, Operator operator) {
    if (path.isEmpty()) {
      return null;
    }
    try {
      return ControlSocket.start(path.get(), operator);
    } catch (IOException failed) {
      LOG.warn("no control socket: {}", failed.getMessage());
      return null;
    }
  }

  private static String describe(List<Address> addresses) {
    return String.join(", ", addresses.stream().map(Address::toString).toList());
  }
}
