package dev.namewell.server.app;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.app.log.Logging;
import dev.namewell.server.config.ConfigSource;
import dev.namewell.server.config.ConfigSource.Reading;
import dev.namewell.server.config.Reference;
import dev.namewell.server.demo.Demo;
import dev.namewell.server.demo.DemoStart.Running;
import dev.namewell.server.demo.Stage;
import dev.namewell.server.runtime.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/** The program {@code namewell demo}: the real resolver, lent to the demo. */
public final class Showroom {
  private Showroom() {}

  /** Runs to the end of the demo, or until told to stop, and returns the exit code. */
  public static int run(Demo.Mode mode, Terminal terminal) {
    CountDownLatch stop = new CountDownLatch(1);
    Signals.onStop(stop);
    if (mode == Demo.Mode.TRAIN) {
      serveOnce();
    }
    boolean colours = Stage.wantsColours(terminal.environment());
    return Demo.run(Showroom::start, mode, new Stage(terminal.out(), colours, System.in, stop));
  }

  /** From the reading of a file to the stop, so that the start-up cache has what that needs. */
  private static void serveOnce() {
    try {
      Path folder = Files.createTempDirectory("namewell");
      Path file = folder.resolve("namewell.yaml");
      try {
        Files.writeString(file, Reference.defaults());
        Map<String, String> environment =
            Map.of(
                "NAMEWELL_THREADS", "1",
                "NAMEWELL_LISTEN", "127.0.0.1:0",
                "NAMEWELL_HTTP", "127.0.0.1:0",
                "NAMEWELL_CONTROL", folder.resolve("control").toString());
        ConfigSource source = ConfigSource.find(Optional.of(file), environment, Map.of());
        if (source.read() instanceof Reading.Accepted(Settings settings)) {
          Logging.configure(settings.log());
          int _ = Server.run(settings, source, new CountDownLatch(0));
        }
      } finally {
        Files.delete(file);
        Files.delete(folder);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Running start(Settings settings, Events events) throws IOException {
    Logging.configure(settings.log());
    return new Lent(Wiring.start(settings, List.of(events)));
  }

  private record Lent(Service service) implements Running {
    @Override
    public InetSocketAddress address() {
      Address first = service.addresses().getFirst();
      return first.socketAddress();
    }

    @Override
    public Optional<InetSocketAddress> http() {
      return Optional.ofNullable(service.http());
    }

    @Override
    public OptionalInt secondsLeft(Question question) {
      CachedAnswer cached = service.engine().cache().find(question);
      return cached == null
          ? OptionalInt.empty()
          : OptionalInt.of(cached.ttlSeconds() - cached.ageSeconds(new SystemTime().nanos()));
    }

    @Override
    public void close() {
      service.close();
    }
  }
}
