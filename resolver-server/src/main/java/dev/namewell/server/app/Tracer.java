package dev.namewell.server.app;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.engine.Engine;
import dev.namewell.core.engine.Engine.Traced;
import dev.namewell.core.engine.Environment;
import dev.namewell.core.port.Task;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.Settings;
import dev.namewell.server.observe.EventFanout;
import dev.namewell.server.outbound.NettyExchange;
import dev.namewell.server.outbound.OutboundLimits;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.NativeCryptography;
import dev.namewell.server.runtime.SecureRandomness;
import dev.namewell.server.runtime.SystemTime;
import dev.namewell.server.runtime.VirtualTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Resolves one question with nothing remembered, to show how that goes. */
public final class Tracer {
  private Tracer() {}

  /**
   * Resolves a question as the configuration says.
   *
   * @throws IOException if there are no sockets to be had
   */
  public static Traced trace(Settings settings, Question question) throws IOException {
    SystemTime time = new SystemTime();
    SecureRandomness random = new SecureRandomness();
    EventLoops loops = EventLoops.open(1);
    NettyExchange exchange =
        new NettyExchange(
            loops, time, random, OutboundLimits.of(settings.limits()), settings.service().udp());
    try {
      Engine engine =
          Engine.prepare(
              new Environment(
                  exchange,
                  VirtualTasks.on(loops),
                  time,
                  EventFanout.of(List.of()),
                  random,
                  Wiring.memo(settings),
                  () -> 0,
                  NativeCryptography::provider),
              settings);
      return switch (engine.trace(question).await(settings.limits().queryTime().multipliedBy(2))) {
        case Task.Done<Traced>(Traced traced) -> traced;
        case Task.Threw<Traced>(Throwable defect) -> throw new IllegalStateException(defect);
        case Task.StillRunning<Traced> _ -> throw new IOException("no end within its time");
      };
    } finally {
      exchange.close();
      loops.close();
    }
  }

  /** The same, but from the root down where it says forward. */
  public static Settings fromRoot(Settings configured) {
    List<RouteSettings> routes = new ArrayList<>();
    routes.add(RouteSettings.recursive(DnsName.ROOT));
    configured.routes().stream()
        .filter(route -> route.mode() == Mode.STUB && !route.zone().isRoot())
        .forEach(routes::add);
    return new Settings(
        configured.listen(),
        1,
        configured.access(),
        routes,
        configured.recursion(),
        configured.validation(),
        configured.cache(),
        configured.service(),
        configured.limits(),
        configured.http(),
        configured.control(),
        configured.log());
  }
}
