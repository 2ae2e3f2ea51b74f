package dev.namewell.server.app;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.app.log.Logging;
import dev.namewell.server.config.ConfigSource;
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
      readConfiguration();
    }
    boolean colours = Stage.wantsColours(terminal.environment());
    return Demo.run(Showroom::start, mode, new Stage(terminal.out(), colours, System.in, stop));
  }

  /** As serving would, so that the start-up cache has what that needs. */
  private static void readConfiguration() {
    try {
      Path file = Files.createTempFile("namewell", ".yaml");
      try {
        Files.writeString(file, Reference.defaults());
        ConfigSource.find(Optional.of(file), Map.of("NAMEWELL_THREADS", "1"), Map.of()).read();
      } finally {
        Files.delete(file);
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
