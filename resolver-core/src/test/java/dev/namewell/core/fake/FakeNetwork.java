package dev.namewell.core.fake;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Pending;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/** Carries queries to fake servers. Whoever is not there is silent. */
public final class FakeNetwork implements Exchange {
  private final FakeWorld world;
  private final Map<Endpoint, FakeServer> servers = new HashMap<>();

  /** Exchanges that were started and have neither ended nor been given up. */
  public int open;

  public FakeNetwork(FakeWorld world, FakeServer... servers) {
    this.world = world;
    for (FakeServer server : servers) {
      this.servers.put(server.endpoint, server);
    }
  }

  @Override
  public ExchangeResult send(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    Signal arrived = world.signal();
    Pending pending = start(new Outgoing(server, transport, query, timeout), arrived, world);
    ExchangeResult result = pending.poll();
    while (result == null) {
      arrived.await(timeout);
      result = pending.poll();
    }
    return result;
  }

  @Override
  public String transfer(Outgoing outgoing, Predicate<byte[]> taker) {
    return "no zone transfer here";
  }

  @Override
  public Pending start(Outgoing outgoing, Signal arrived, Tasks tasks) {
    OnItsWay way = new OnItsWay(world.nanos() + outgoing.timeout().toNanos());
    open++;
    FakeServer server = servers.get(outgoing.server());
    if (server == null) {
      return way;
    }
    if (server.overloaded != null) {
      way.end(new ExchangeResult.Overloaded(server.overloaded));
      return way;
    }
    if (server.unreachable != null) {
      way.end(new ExchangeResult.Unreachable(server.unreachable));
      return way;
    }
    long sent = world.nanos();
    Message query = parse(outgoing.query());
    server.asked.add(new FakeServer.Asked(sent, outgoing.transport(), query));
    Message answer = server.script.answer(query, outgoing.transport());
    if (outgoing.transport() == Transport.UDP) {
      way.mismatches = server.forged;
    }
    if (answer != null) {
      byte[] bytes = server.mangle.apply(answer.toWire());
      world.at(
          server.latency,
          () -> {
            way.end(new ExchangeResult.Response(bytes, world.nanos() - sent, way.mismatches));
            arrived.raise();
          });
    }
    return way;
  }

  private static Message parse(byte[] query) {
    try {
      return new Message(query);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class OnItsWay implements Pending {
    private final long deadline;
    private @Nullable ExchangeResult result;
    private int mismatches;
    private boolean closed;

    OnItsWay(long deadline) {
      this.deadline = deadline;
    }

    void end(ExchangeResult ended) {
      if (result == null && !closed) {
        result = ended;
        open--;
      }
    }

    @Override
    public @Nullable ExchangeResult poll() {
      if (result == null && world.nanos() >= deadline) {
        end(new ExchangeResult.TimedOut(mismatches));
      }
      return result;
    }

    @Override
    public void close() {
      if (result == null && !closed) {
        closed = true;
        open--;
      }
    }
  }
}
