package dev.namewell.server.demo;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;

/** A subscriber for runs that nobody watches. */
final class UnheardEvents implements Events {
  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {}

  @Override
  public void dropped(DropReason reason, Transport transport) {}

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
  public void limitReached(String name) {}

  @Override
  public void defect(String where, Throwable defect) {}
}
