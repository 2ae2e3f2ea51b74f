package dev.namewell.core.exchange;

import dev.namewell.core.dns.Transport;
import org.jspecify.annotations.Nullable;

/** Asks a server, and lets others share what comes. */
final class LeadingAsking implements Asking {
  private final DirectAsking asking;
  private final Flight flight;
  private final Runnable landing;
  private boolean landed;

  /**
   * @param landing takes the flight off the list of those that can be joined
   */
  LeadingAsking(DirectAsking asking, Flight flight, Runnable landing) {
    this.asking = asking;
    this.flight = flight;
    this.landing = landing;
  }

  @Override
  public @Nullable ServerReply poll() {
    ServerReply reply = asking.poll();
    if (reply != null) {
      land(reply);
    }
    return reply;
  }

  @Override
  public long dueNanos() {
    return asking.dueNanos();
  }

  @Override
  public Transport transport() {
    return asking.transport();
  }

  @Override
  public void close() {
    asking.close();
    land(null);
  }

  private void land(@Nullable ServerReply reply) {
    if (!landed) {
      landed = true;
      landing.run();
      flight.end(reply, asking.transport());
    }
  }
}
