package dev.namewell.core.sim;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.ExchangeResult.Unreachable;
import dev.namewell.core.port.Pending;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Tasks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The network between resolver and servers, with the faults a test gives it. Plays the part of the
 * outgoing sockets too: chooses IDs, checks responses against ID and question, counts what does not
 * fit and keeps waiting.
 */
public final class SimulatedNetwork implements Exchange {
  /**
   * Over UDP, where each one is another chance for a forger (RFC 5452 §5): a silent server is asked
   * anew while its first answer may still come, and probed.
   */
  private static final int MOST_AT_ONCE = 3;

  /** In every forged record, and nowhere else. */
  public static final InetAddress POISON = address("203.0.113.66");

  private static final long TCP_RETRANSMIT_NANOS = 200_000_000;

  private final SimulatedTasks tasks;
  private final Packets packets;
  private final SplittableRandom random;
  private final Map<Endpoint, Host> hosts = new HashMap<>();
  private final Map<String, Integer> inFlight = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  public SimulatedNetwork(SimulatedTasks tasks, long seed) {
    this.tasks = tasks;
    this.random = new SplittableRandom(seed);
    this.packets = new Packets(random.split());
  }

  /** One exchange that was begun. */
  public record Sent(Duration at, Endpoint server, Transport transport, byte[] query) {
    /** QNAME with its letter case, and QTYPE. */
    public String question() {
      return Packets.question(query);
    }
  }

  /** A fault and when it is there, in virtual time since the beginning. */
  private record Window(long from, long to, Fault fault) {}

  /** A server's place in the network. */
  private static final class Host {
    private final Responder server;
    private final long oneWayNanos;
    private final long jitterNanos;
    private final List<Window> windows = new ArrayList<>();

    Host(Responder server, Duration roundTrip, Duration jitter) {
      this.server = server;
      this.oneWayNanos = roundTrip.toNanos() / 2;
      this.jitterNanos = jitter.toNanos();
    }
  }

  /** One exchange that waits for its response. */
  private final class Flight implements Pending {
    private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
    private final Signal arrived;
    private final byte[] octets;
    private final String key;
    private final String label;
    private final long start = tasks.elapsedNanos();
    private final long deadline;
    private int mismatches;
    private @Nullable Unreachable closed;
    private @Nullable ExchangeResult result;
    private boolean ended;

    Flight(Outgoing outgoing, byte[] octets, Signal arrived) {
      this.arrived = arrived;
      this.octets = octets;
      key = outgoing.server() + " " + outgoing.transport() + " " + Packets.identity(octets);
      label = outgoing.server() + " " + outgoing.transport() + " " + Packets.question(octets);
      deadline = start + outgoing.timeout().toNanos();
    }

    void deliver(byte[] packet) {
      inbox.add(packet);
      arrived.raise();
    }

    void refuse(Unreachable why) {
      closed = why;
      arrived.raise();
    }

    @Override
    public @Nullable ExchangeResult poll() {
      if (result == null) {
        result = receive();
        if (result != null) {
          end(result.getClass().getSimpleName());
        }
      }
      return result;
    }

    private @Nullable ExchangeResult receive() {
      if (closed != null) {
        return closed;
      }
      for (byte[] packet = inbox.poll(); packet != null; packet = inbox.poll()) {
        if (Packets.isResponseTo(octets, packet)) {
          long trip = tasks.elapsedNanos() - start;
          return new ExchangeResult.Response(packet, trip, mismatches);
        }
        mismatches++;
      }
      return tasks.elapsedNanos() >= deadline ? new ExchangeResult.TimedOut(mismatches) : null;
    }

    private void end(String how) {
      if (!ended) {
        ended = true;
        inFlight.merge(key, -1, Integer::sum);
        tasks.trace().add(tasks.elapsedNanos(), how + " ", label);
      }
    }

    @Override
    public void close() {
      end("left");
    }
  }

  /** Puts a server at an address such as {@code 192.0.2.1}, port 53. */
  public Endpoint add(String ip, Responder server, Duration roundTrip, Duration jitter) {
    Endpoint endpoint = new Endpoint(new InetSocketAddress(address(ip), 53));
    hosts.put(endpoint, new Host(server, roundTrip, jitter));
    return endpoint;
  }

  /** From now on, for ever. */
  public void fault(Endpoint server, Fault fault) {
    fault(server, tasks.elapsed(), Duration.ofDays(365), fault);
  }

  /** Between two moments since the beginning. */
  public void fault(Endpoint server, Duration from, Duration to, Fault fault) {
    host(server).windows.add(new Window(from.toNanos(), to.toNanos(), fault));
  }

  /** All is well again. */
  public void heal(Endpoint server) {
    host(server).windows.clear();
  }

  /** Exchanges begun so far, oldest first. */
  public List<Sent> sent() {
    return sent;
  }

  /** Exchanges begun with one server. */
  public List<Sent> sentTo(Endpoint server) {
    return sent.stream().filter(one -> one.server().equals(server)).toList();
  }

  /** What the resolver did and must not. */
  public List<String> violations() {
    return violations;
  }

  private Host host(Endpoint server) {
    return Objects.requireNonNull(hosts.get(server), () -> "no server at " + server);
  }

  private static InetAddress address(String ip) {
    try {
      return InetAddress.getByName(ip);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public ExchangeResult send(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    Signal arrived = tasks.signal();
    Pending pending = start(new Outgoing(server, transport, query, timeout), arrived, tasks);
    long deadline = tasks.elapsedNanos() + timeout.toNanos();
    ExchangeResult result = pending.poll();
    while (result == null) {
      arrived.await(Duration.ofNanos(deadline - tasks.elapsedNanos()));
      result = pending.poll();
    }
    return result;
  }

  @Override
  public Pending start(Outgoing outgoing, Signal arrived, Tasks unused) {
    byte[] octets = outgoing.query().clone();
    octets[0] = (byte) random.nextInt();
    octets[1] = (byte) random.nextInt();
    Flight flight = new Flight(outgoing, octets, arrived);
    Sent one =
        new Sent(
            tasks.elapsed(), outgoing.server(), outgoing.transport(), outgoing.query().clone());
    sent.add(one);
    tasks.trace().add(tasks.elapsedNanos(), "send ", flight.label);
    check(flight.label, outgoing);
    if (inFlight.merge(flight.key, 1, Integer::sum) > MOST_AT_ONCE
        && outgoing.transport() == Transport.UDP) {
      violations.add("asked too often at once: " + flight.label);
    }
    Host host = hosts.get(outgoing.server());
    if (host != null) {
      dispatch(host, outgoing.transport(), flight);
    }
    return flight;
  }

  @Override
  public @Nullable String transfer(Outgoing outgoing, Predicate<byte[]> taker) {
    ExchangeResult first =
        send(outgoing.server(), Transport.TCP, outgoing.query(), outgoing.timeout());
    return switch (first) {
      case ExchangeResult.Response(byte[] message, long _, int _) -> {
        List<byte[]> messages =
            host(outgoing.server()).server instanceof AuthoritativeServer server
                ? server.transfer(outgoing.query())
                : List.of(message);
        for (byte[] each : messages) {
          if (!taker.test(each)) {
            yield null;
          }
        }
        yield "connection closed by the server";
      }
      case ExchangeResult.TimedOut _ -> "not done in time";
      case Unreachable(String why) -> why;
      case ExchangeResult.Overloaded(String limit) -> limit;
    };
  }

  private void check(String label, Outgoing outgoing) {
    if (outgoing.query()[0] != 0 || outgoing.query()[1] != 0) {
      violations.add("the ID is ours to choose: " + label);
    }
    if (outgoing.timeout().isNegative() || outgoing.timeout().isZero()) {
      violations.add("no time to wait: " + label);
    }
  }

  private void dispatch(Host host, Transport transport, Flight flight) {
    List<Fault> faults = faults(host, flight.start);
    Unreachable closed =
        transport == Transport.UDP
            ? sendUdp(host, flight.octets, faults, flight)
            : sendTcp(host, flight.octets, faults, flight);
    if (closed != null) {
      tasks.at(Duration.ofNanos(2 * host.oneWayNanos), () -> flight.refuse(closed));
    }
  }

  private List<Fault> faults(Host host, long now) {
    return host.windows.stream()
        .filter(window -> window.from() <= now && now < window.to())
        .map(Window::fault)
        .toList();
  }

  /** What a name adds to the way back. */
  private static long pondering(byte[] octets, List<Fault> faults) {
    long nanos = 0;
    for (Fault fault : faults) {
      if (fault instanceof Fault.SlowName(String name, Duration extra)
          && Packets.question(octets).toLowerCase(Locale.ROOT).startsWith(name + " ")) {
        nanos += extra.toNanos();
      }
    }
    return nanos;
  }

  private long oneWay(Host host, List<Fault> faults) {
    long nanos = host.oneWayNanos;
    if (host.jitterNanos > 0) {
      double rare = Math.pow(random.nextDouble(), 4);
      nanos += (long) (rare * host.jitterNanos);
    }
    for (Fault fault : faults) {
      if (fault instanceof Fault.Slow slow) {
        nanos += slow.extra().toNanos() / 2;
      }
    }
    return Math.max(1, nanos);
  }

  private boolean happens(double chance) {
    return random.nextDouble() < chance;
  }

  private @Nullable Unreachable sendUdp(
      Host host, byte[] octets, List<Fault> faults, Flight flight) {
    boolean lost = false;
    int copies = 1;
    long delay = oneWay(host, faults);
    long back = oneWay(host, faults) + pondering(octets, faults);
    UnaryOperator<byte[]> damage = UnaryOperator.identity();
    for (Fault fault : faults) {
      switch (fault) {
        case Fault.Dead _ -> lost = true;
        case Fault.Closed _ -> {
          return new Unreachable("port unreachable");
        }
        case Fault.Lost(double chance) -> lost |= happens(chance);
        case Fault.Doubled(double chance) -> copies += happens(chance) ? 1 : 0;
        case Fault.Overtaken(double chance) -> back *= happens(chance) ? 4 : 1;
        case Fault.Garbled(double chance) -> damage = happens(chance) ? packets::garble : damage;
        case Fault.CutShort(double chance) -> damage = happens(chance) ? packets::cut : damage;
        case Fault.Spoofed(double chance, Fault.Forgery forgery) -> {
          byte[] forged = happens(chance) ? packets.forge(octets, forgery) : null;
          if (forged != null) {
            tasks.at(Duration.ofNanos(delay / 2), () -> flight.deliver(forged));
          }
        }
        case Fault.TcpClosed _, Fault.TcpBreaks _, Fault.Slow _, Fault.SlowName _ -> {}
      }
    }
    if (!lost) {
      deliver(new Trip(host, Transport.UDP, delay, back, copies, damage), octets, flight);
    }
    return null;
  }

  /** A way to the server and back. */
  private record Trip(
      Host host,
      Transport transport,
      long forthNanos,
      long backNanos,
      int copies,
      UnaryOperator<byte[]> damage) {}

  private void deliver(Trip trip, byte[] octets, Flight flight) {
    tasks.at(
        Duration.ofNanos(trip.forthNanos()),
        () -> {
          byte[] whole = trip.host().server.answer(octets, trip.transport());
          if (whole == null) {
            return;
          }
          byte[] response = trip.damage().apply(whole);
          for (int i = 0; i < trip.copies(); i++) {
            tasks.at(Duration.ofNanos(trip.backNanos() * (i + 1)), () -> flight.deliver(response));
          }
        });
  }

  private @Nullable Unreachable sendTcp(
      Host host, byte[] octets, List<Fault> faults, Flight flight) {
    long handshake = 2 * oneWay(host, faults);
    long back = oneWay(host, faults) + pondering(octets, faults);
    boolean lost = false;
    for (Fault fault : faults) {
      switch (fault) {
        case Fault.Dead _ -> lost = true;
        case Fault.Closed _, Fault.TcpClosed _ -> {
          return new Unreachable("connection refused");
        }
        case Fault.TcpBreaks(double chance) -> {
          if (happens(chance)) {
            return new Unreachable("connection closed before the response");
          }
        }
        case Fault.Lost(double chance) -> back += happens(chance) ? TCP_RETRANSMIT_NANOS : 0;
        case Fault.Garbled _, Fault.CutShort _, Fault.Spoofed _, Fault.Doubled _ -> {}
        case Fault.Overtaken _, Fault.Slow _, Fault.SlowName _ -> {}
      }
    }
    if (!lost) {
      long forth = handshake + oneWay(host, faults);
      UnaryOperator<byte[]> whole = UnaryOperator.identity();
      deliver(new Trip(host, Transport.TCP, forth, back, 1, whole), octets, flight);
    }
    return null;
  }
}
