package dev.namewell.server.app;

import dev.namewell.core.engine.Engine;
import dev.namewell.server.admin.Readiness;
import java.util.function.Supplier;

/** Whether queries should be sent here: not while stopping, not while nothing can be found out. */
final class Ready implements Supplier<Readiness> {
  private final Engine engine;
  private volatile boolean stopping;

  Ready(Engine engine) {
    this.engine = engine;
  }

  void stopping() {
    stopping = true;
  }

  @Override
  public Readiness get() {
    if (stopping) {
      return new Readiness(false, "stopping");
    }
    return engine
        .outage()
        .map(why -> new Readiness(false, why))
        .orElse(new Readiness(true, "ready"));
  }
}
