package dev.namewell.core.exchange;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Asks ONE server ONE question properly: EDNS, cookies, letter case, TCP where UDP is not enough or
 * not to be trusted. The same question to the same server is on its way once, whoever asks, so that
 * a forger cannot multiply his chances (RFC 5452 §5). Thread-safe.
 */
public final class ServerClient {
  /** Waiting may end a little before an exchange knows that its time is over. */
  private static final Duration LEAST_WAIT = Duration.ofMillis(1);

  private final Ports ports;
  private final ConcurrentHashMap<FlightKey, Flight> flights = new ConcurrentHashMap<>();

  /**
   * The outside world, as asking needs it.
   *
   * @param random thread-safe and unpredictable: the letter case of queries is made of it
   */
  public record Ports(
      Exchange exchange, Tasks tasks, Time time, Events events, RandomGenerator random) {}

  private record FlightKey(Endpoint server, Question question, boolean recursionDesired) {}

  public ServerClient(Ports ports) {
    this.ports = ports;
  }

  /** Asks and waits. */
  public ServerReply ask(Ask ask) {
    Signal arrived = ports.tasks().signal();
    Asking asking = start(ask, arrived);
    ServerReply reply = asking.poll();
    while (reply == null) {
      Duration left = Duration.ofNanos(asking.dueNanos() - ports.time().nanos());
      arrived.await(left.compareTo(LEAST_WAIT) > 0 ? left : LEAST_WAIT);
      reply = asking.poll();
    }
    return reply;
  }

  /**
   * Begins to ask.
   *
   * @param arrived raised when {@link Asking#poll} may bring something; not at the end of the time
   */
  public Asking start(Ask ask, Signal arrived) {
    return start(ask, arrived, ports.time().nanos() + ask.timeout().toNanos());
  }

  /**
   * @param dueNanos until when it may be waited for what others ask
   */
  private Asking start(Ask ask, Signal arrived, long dueNanos) {
    FlightKey key = new FlightKey(ask.memory().server(), ask.question(), ask.recursionDesired());
    Flight mine = new Flight(arrived, ports.time().nanos(), ask.first());
    Flight other = flights.putIfAbsent(key, mine);
    if (other != null && other.join(arrived, ports.time().nanos())) {
      // All who waited in vain would ask at once, if one of them did not ask for the others again.
      return new JoinedAsking(
          other, arrived, ports.time(), () -> start(ask, arrived, dueNanos), dueNanos);
    }
    DirectAsking asking = new DirectAsking(ports, ask, arrived);
    return other == null || flights.replace(key, other, mine)
        ? new LeadingAsking(asking, mine, () -> flights.remove(key, mine))
        : asking;
  }
}
