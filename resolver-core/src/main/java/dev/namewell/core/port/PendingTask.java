package dev.namewell.core.port;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An exchange that blocks a task of its own. */
final class PendingTask implements Pending {
  private final AtomicReference<@Nullable ExchangeResult> result = new AtomicReference<>();
  private final AtomicReference<@Nullable RuntimeException> defect = new AtomicReference<>();

  PendingTask(Exchange exchange, Exchange.Outgoing outgoing, Signal arrived, Tasks tasks) {
    tasks.<@Nullable Void>start(
        "exchange",
        () -> {
          try {
            result.set(
                exchange.send(
                    outgoing.server(), outgoing.transport(), outgoing.query(), outgoing.timeout()));
          } catch (RuntimeException thrown) { // belongs to the task that asked
            defect.set(thrown);
          }
          arrived.raise();
          return null;
        });
  }

  @Override
  public @Nullable ExchangeResult poll() {
    RuntimeException thrown = defect.get();
    if (thrown != null) {
      throw new IllegalStateException("exchange failed", thrown);
    }
    return result.get();
  }

  @Override
  public void close() {}
}
