package dev.namewell.server.app;

import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.admin.ControlClient;
import dev.namewell.server.app.log.Logging;
import dev.namewell.server.demo.Demo;
import dev.namewell.server.demo.DemoStart.Running;
import dev.namewell.server.demo.Stage;
import dev.namewell.server.demo.StartupCache;
import dev.namewell.server.runtime.SystemTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/** The program {@code namewell demo}: the real resolver, lent to the demo. */
public final class Showroom {
  private static final int FAILED = 1;

  private Showroom() {}

  /** Makes the JVM's start-up cache for servers with the options of this JVM; the exit code. */
  public static int train(Path cache, Terminal terminal) {
    try {
      StartupCache.make(program(cache), cache, ControlClient::send);
      return 0;
    } catch (IOException failed) {
      terminal.err().println("namewell: " + failed.getMessage());
    } catch (InterruptedException left) {
      Thread.currentThread().interrupt();
    }
    return FAILED;
  }

  private static List<String> program(Path cache) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-XX:AOT"))
        .forEach(command::add);
    command.add("-XX:AOTCacheOutput=" + cache.toAbsolutePath());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }

  /** Runs to the end of the demo, or until told to stop, and returns the exit code. */
  public static int run(Demo.Mode mode, Terminal terminal) {
    CountDownLatch stop = new CountDownLatch(1);
    Signals.onStop(stop);
    boolean colours = Stage.wantsColours(terminal.environment());
    return Demo.run(Showroom::start, mode, new Stage(terminal.out(), colours, System.in, stop));
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
