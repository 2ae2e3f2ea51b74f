package dev.namewell.core.exchange;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Time;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for what somebody else asks; begins anew if that one gives up. */
final class JoinedAsking implements Asking {
  private final Flight flight;
  private final Signal arrived;
  private final Time time;
  private final Supplier<Asking> fallback;
  private final long deadlineNanos;
  private @Nullable Asking own;

  JoinedAsking(
      Flight flight, Signal arrived, Time time, Supplier<Asking> fallback, long deadlineNanos) {
    this.flight = flight;
    this.arrived = arrived;
    this.time = time;
    this.fallback = fallback;
    this.deadlineNanos = deadlineNanos;
  }

  @Override
  public @Nullable ServerReply poll() {
    if (own == null) {
      ServerReply shared = flight.reply();
      boolean useless = shared instanceof Failed failed && isTheirsAlone(failed.end());
      if (shared != null && !useless) {
        return shared;
      }
      if (time.nanos() - deadlineNanos >= 0) {
        return new Failed(ExchangeEnd.TIMEOUT, -1, "no response");
      }
      if (!useless && !flight.isAbandoned()) {
        return null;
      }
      own = fallback.get();
    }
    return own.poll();
  }

  /** A limit of another question, or the end of its time, says nothing about this one. */
  private static boolean isTheirsAlone(ExchangeEnd end) {
    return end == ExchangeEnd.OVERLOADED || end == ExchangeEnd.TIMEOUT;
  }

  @Override
  public long dueNanos() {
    return own == null ? deadlineNanos : own.dueNanos();
  }

  @Override
  public Transport transport() {
    return own == null ? flight.transport() : own.transport();
  }

  @Override
  public void close() {
    flight.leave(arrived);
    if (own != null) {
      own.close();
    }
  }
}
