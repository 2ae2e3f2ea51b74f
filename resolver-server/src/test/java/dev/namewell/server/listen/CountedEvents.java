package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what listeners report. */
final class CountedEvents implements Events {
  final Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
  final Queue<String> limits = new ConcurrentLinkedQueue<>();
  private final Map<DropReason, AtomicInteger> drops = new ConcurrentHashMap<>();

  int drops(DropReason reason) {
    AtomicInteger count = drops.get(reason);
    return count == null ? 0 : count.get();
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {}

  @Override
  public void dropped(DropReason reason, Transport transport) {
    drops.computeIfAbsent(reason, _ -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {}

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {}

  @Override
  public void cache(CacheEvent event) {}

  @Override
  public void bogus(Question question, ExtendedError why) {}

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {
    limits.add(name);
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    defects.add(new AssertionError(part + " " + about, defect));
  }
}
