package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.util.List;

/** Tells several subscribers, one after the other, on the thread of the event. */
public final class EventFanout implements Events {
  private final Events[] subscribers;

  private EventFanout(List<Events> subscribers) {
    this.subscribers = subscribers.toArray(Events[]::new);
  }

  /** The subscriber itself if there is one only. */
  public static Events of(List<Events> subscribers) {
    return subscribers.size() == 1 ? subscribers.getFirst() : new EventFanout(subscribers);
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    for (Events subscriber : subscribers) {
      subscriber.answered(query, client, rcode, source, nanos);
    }
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {
    for (Events subscriber : subscribers) {
      subscriber.dropped(reason, transport);
    }
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    for (Events subscriber : subscribers) {
      subscriber.exchanged(server, transport, end, nanos);
    }
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    for (Events subscriber : subscribers) {
      subscriber.upstreamChanged(server, state, why);
    }
  }

  @Override
  public void rootServersChanged(boolean answer, String why) {
    for (Events subscriber : subscribers) {
      subscriber.rootServersChanged(answer, why);
    }
  }

  @Override
  public void cache(CacheEvent event) {
    for (Events subscriber : subscribers) {
      subscriber.cache(event);
    }
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    for (Events subscriber : subscribers) {
      subscriber.bogus(question, why);
    }
  }

  @Override
  public void trust(String what) {
    for (Events subscriber : subscribers) {
      subscriber.trust(what);
    }
  }

  @Override
  public void limitReached(String name) {
    for (Events subscriber : subscribers) {
      subscriber.limitReached(name);
    }
  }

  @Override
  public void rootZone(String what) {
    for (Events subscriber : subscribers) {
      subscriber.rootZone(what);
    }
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    for (Events subscriber : subscribers) {
      subscriber.defect(part, about, defect);
    }
  }
}
