package dev.namewell.core.engine;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.cache.Freshness;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.policy.Verdict;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.resolve.Resolutions;
import dev.namewell.core.resolve.Resolutions.Asker;
import dev.namewell.core.settings.AccessSettings.Outsiders;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of a query: read, admit, decide, find, resolve. Confined to one event loop; nothing on
 * the way of a cached answer allocates.
 */
final class QueryPath implements QueryHandler {
  /** First size of the reply buffer: UDP replies with their options always fit. */
  private static final int REPLY_BUFFER = 8192;

  private static final ExtendedError PROHIBITED =
      new ExtendedError(ExtendedError.PROHIBITED, "address is not in 'allow'");
  private static final ExtendedError NOT_CACHED =
      new ExtendedError(ExtendedError.NOT_AUTHORITATIVE, "not cached, and RD is not set");
  private static final ExtendedError OVERLOADED =
      new ExtendedError(ExtendedError.OTHER, "too many questions are being resolved");
  private static final ExtendedError DEFECT =
      new ExtendedError(ExtendedError.OTHER, "internal error");
  private static final ExtendedError LOOP =
      new ExtendedError(ExtendedError.OTHER, "forwarding loop");

  private final Engine engine;
  private final AnswerCache cache;
  private final Resolutions resolutions;
  private final Environment world;
  private final Events events;
  private final Expected expected;

  /** The query being handled. */
  private Query query = new Query();

  private final ReplyWriter writer;

  /**
   * @param events for what happens on this loop
   */
  QueryPath(Engine engine, Environment world, Events events) {
    this.engine = engine;
    this.cache = engine.cache();
    this.expected = new Expected(cache);
    this.resolutions = engine.resolutions();
    this.world = world;
    this.events = events;
    this.writer = new ReplyWriter(REPLY_BUFFER, engine.plan().replies());
  }

  @Override
  public void expect(byte[] packet, int length) {
    expected.add(packet, length);
  }

  @Override
  public void handle(byte[] packet, int length, Client client, ReplySink sink, long nanos) {
    Plan plan = engine.plan();
    Expected.Reading reading = expected.take(packet, length);
    query = reading.query;
    Query.Form form = reading.form;
    try {
      if (form == Query.Form.RUNT || form == Query.Form.RESPONSE) {
        drop(form == Query.Form.RUNT ? DropReason.RUNT : DropReason.RESPONSE, client, sink);
        return;
      }
      writer.to(client, plan.replies());
      if (!plan.access().allows(client)) {
        refuseOutsider(plan, client, sink);
      } else if (form != Query.Form.WELL_FORMED) {
        error(rcode(form), null, client, sink);
      } else if (plan.isSpoofable(query, client)) {
        demandProof(plan, client, sink);
      } else {
        switch (plan.policy().decide(query)) {
          case Verdict.Local local -> {
            int size = writer.local(query, local.answer());
            reply(size, local.answer().rcode(), Source.LOCAL, client, sink);
          }
          case Verdict.Allow _ -> answerOrResolve(plan, client, sink, nanos, reading.found);
        }
      }
    } catch (RuntimeException defect) {
      events.defect(Part.QUERY, query.toString(), defect);
      error(Rcode.SERVFAIL, DEFECT, client, sink);
    }
  }

  private void answerOrResolve(
      Plan plan, Client client, ReplySink sink, long nanos, @Nullable CachedAnswer cached) {
    Freshness.State state = cached == null ? Freshness.State.GONE : cache.state(cached, nanos);
    if (cached == null || state == Freshness.State.GONE) {
      resolve(plan, client, sink, nanos, null);
    } else if (state == Freshness.State.STALE) {
      useStaleOrResolve(plan, client, sink, nanos, cached);
    } else {
      cache.used(cached);
      int size = CachedReply.write(writer, query, cached, -1, nanos);
      reply(size, CachedReply.rcode(cached), CachedReply.source(cached), client, sink);
      if (state == Freshness.State.NEARLY_EXPIRED && !cached.refreshFailedLately(nanos)) {
        events.cache(CacheEvent.PREFETCH);
        resolutions.refresh(query.question(), asker(plan, client), plan.means());
      }
    }
  }

  /** Stale at once where waiting is known to be useless, else after the wait (RFC 8767 §5). */
  private void useStaleOrResolve(
      Plan plan, Client client, ReplySink sink, long nanos, CachedAnswer stale) {
    boolean failedLately = stale.refreshFailedLately(nanos);
    boolean atOnce = Duration.ZERO.equals(plan.means().staleWait());
    if (failedLately || atOnce || plan.upstreams().isKnownDead(stale.question().name())) {
      replyStale(plan, client, sink, stale);
      if (!failedLately) {
        events.cache(CacheEvent.STALE_REFRESH);
        resolutions.refresh(stale.question(), asker(plan, client), plan.means());
      }
    } else {
      resolve(plan, client, sink, nanos, stale);
    }
  }

  private void resolve(
      Plan plan, Client client, ReplySink sink, long nanos, @Nullable CachedAnswer stale) {
    if (!query.recursionDesired()) {
      error(Rcode.REFUSED, NOT_CACHED, client, sink);
      return;
    }
    Question question = query.question();
    if (plan.upstreams().isOwnProbe(question.name())) {
      error(Rcode.SERVFAIL, LOOP, client, sink);
      return;
    }
    WaitingClient waiting =
        new WaitingClient(query.copy(), client.copy(), sink.detach(), nanos, plan, world);
    switch (resolutions.start(
        question, waiting, asker(plan, client), plan.means(), stale != null)) {
      case WAITING -> {}
      case USE_STALE, REFUSED -> answerInstead(waiting, stale);
      case UNPROVED -> {
        if (stale == null) {
          demandProof(plan, waiting.client(), waiting.sink());
        } else {
          answerInstead(waiting, stale);
        }
      }
    }
  }

  private Asker asker(Plan plan, Client client) {
    return new Asker(client, plan.isProved(query, client));
  }

  /** The sink has been detached already, so the reply goes that way. */
  private void answerInstead(WaitingClient waiting, @Nullable CachedAnswer stale) {
    if (stale != null) {
      waiting.wake(stale, Source.STALE);
    } else {
      int size = writer.error(query, Rcode.SERVFAIL, OVERLOADED);
      reply(size, Rcode.SERVFAIL, Source.FAILURE, waiting.client(), waiting.sink());
    }
  }

  private void replyStale(Plan plan, Client client, ReplySink sink, CachedAnswer stale) {
    int size = CachedReply.write(writer, query, stale, plan.staleTtlSeconds(), 0);
    reply(size, stale.rcode(), Source.STALE, client, sink);
  }

  private void refuseOutsider(Plan plan, Client client, ReplySink sink) {
    if (plan.outsiders() == Outsiders.SILENCE) {
      drop(DropReason.NOT_ALLOWED, client, sink);
    } else {
      error(Rcode.REFUSED, PROHIBITED, client, sink);
    }
  }

  /** Whoever knows no cookies proves its address by TCP (RFC 7873 §5.2.3). */
  private void demandProof(Plan plan, Client client, ReplySink sink) {
    if (query.hasCookie() && plan.replies().cookies() != null) {
      error(Rcode.BADCOOKIE, null, client, sink);
    } else {
      reply(writer.truncated(query), Rcode.NOERROR, Source.ERROR, client, sink);
    }
  }

  private static int rcode(Query.Form form) {
    return switch (form) {
      case NOT_IMPLEMENTED -> Rcode.NOTIMP;
      case BAD_EDNS_VERSION -> Rcode.BADVERS;
      case COOKIE_ONLY -> Rcode.NOERROR;
      case MALFORMED, RUNT, RESPONSE, WELL_FORMED -> Rcode.FORMERR;
    };
  }

  private void error(int rcode, @Nullable ExtendedError error, Client client, ReplySink sink) {
    int size = writer.error(query, rcode, error);
    reply(size, rcode, Source.ERROR, client, sink);
  }

  private void reply(int size, int rcode, Source source, Client client, ReplySink sink) {
    events.answered(query, client, rcode, source, 0);
    sink.send(writer.bytes(), size);
  }

  private void drop(DropReason why, Client client, ReplySink sink) {
    events.dropped(why, client.transport());
    sink.drop(why);
  }
}
