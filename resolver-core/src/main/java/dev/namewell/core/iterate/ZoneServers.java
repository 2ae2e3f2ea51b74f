package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Failure.Reason;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.Ask;
import dev.namewell.core.exchange.Asking;
import dev.namewell.core.exchange.ServerMemory;
import dev.namewell.core.exchange.ServerReply;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.exchange.ServerReply.Responded;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.Classified.Lame;
import dev.namewell.core.iterate.ServerChoice.Candidate;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Signal;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Trail;
import dev.namewell.core.wire.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers of one zone one question, until one of them says something that can be used. A
 * server that is late is not left, but joined by the next. Used by one task.
 */
final class ZoneServers {
  /** What asking them brought. */
  sealed interface Result {}

  /**
   * Something that can be used.
   *
   * @param what never {@link Lame}
   * @param response null if no server had to be asked
   */
  record Said(Classified what, @Nullable Response response) implements Result {}

  /** Nobody said anything that can be used. */
  record Nobody(Failure failure) implements Result {}

  /** Before a server that we know nothing of is joined by the next. */
  private static final long UNKNOWN_PATIENCE = Duration.ofMillis(376).toNanos();

  /** No answer is waited for longer, however slow the server is known to be. */
  private static final long MOST_PATIENCE = Duration.ofSeconds(3).toNanos();

  /** An answer that is late is still taken for so long. */
  private static final int LATE_FACTOR = 4;

  private static final long LEAST_LATE = Duration.ofMillis(1500).toNanos();
  private static final Duration LEAST_WAIT = Duration.ofMillis(1);

  private static final long NEVER = Long.MAX_VALUE / 2;

  /** Tries of one server; each is given twice the time of the one before. */
  private static final int TRIES = 3;

  /** Tries of all servers together. */
  static final int ALL_TRIES = 16;

  private static final int ENOUGH_TEXT = 200;

  private final Iteration shared;
  private final Delegation delegation;
  private final Question question;
  private final Budget budget;
  private final Walk walk;
  private final int mostTries;
  private final List<Candidate> candidates = new ArrayList<>();
  private final Set<Endpoint> listed = new HashSet<>();
  private final Queue<DnsName> withoutAddress = new ArrayDeque<>();

  /** Of these there is only what others say. */
  private final Queue<DnsName> withGlueOnly = new ArrayDeque<>();

  private final List<Try> open = new ArrayList<>(2);
  private final Map<String, String> saidBy = new LinkedHashMap<>();
  private final Signal arrived;
  private Reason reason = Reason.UNREACHABLE;
  private int tries;

  /** A server has just failed: no need to wait until the next may join. */
  private boolean failedNow;

  private @Nullable Said secondBest;

  private record Try(Candidate candidate, Asking asking, long lateAtNanos, long startNanos) {}

  /**
   * @param mostTries of all servers together
   */
  ZoneServers(
      Iteration shared, Delegation delegation, Question question, Walk walk, int mostTries) {
    this.mostTries = mostTries;
    this.shared = shared;
    this.delegation = delegation;
    this.question = question;
    this.walk = walk;
    this.budget = walk.budget();
    this.arrived = shared.ports().tasks().signal();
    for (NameServer server : shared.serversOf(delegation)) {
      List<Endpoint> known = new ArrayList<>(server.addresses());
      known.addAll(walk.known(server.name()));
      if (!list(known)) {
        withoutAddress.add(server.name());
      } else if (!delegation.configured() && !server.name().isWithin(delegation.zone())) {
        withGlueOnly.add(server.name());
      }
    }
  }

  /** False if none of these can be asked. */
  private boolean list(List<Endpoint> endpoints) {
    boolean usable = false;
    for (Endpoint endpoint : endpoints) {
      boolean v6 = ServerChoice.isV6(endpoint);
      if (v6 ? shared.settings().ipv6() : shared.settings().ipv4()) {
        usable = true;
        if (listed.add(endpoint)) {
          Candidate candidate = new Candidate(shared.memories().of(endpoint));
          candidate.tries = budget.isDistrusted(endpoint) ? 1 : 0;
          candidates.add(candidate);
        }
      }
    }
    return usable;
  }

  /** Asks until somebody answers or nobody is left. */
  Result ask() {
    try {
      long nextAt = now();
      while (true) {
        Said said = poll();
        if (said != null) {
          return said;
        }
        if (budget.isOver()) {
          return secondBest != null ? secondBest : nobody(Reason.DEADLINE);
        }
        long now = now();
        if (open.isEmpty() || failedNow || now - nextAt >= 0) {
          failedNow = false;
          Try started = startNext(now);
          if (started != null) {
            nextAt = started.lateAtNanos();
            continue;
          }
          if (open.isEmpty()) {
            return secondBest != null ? secondBest : nobody(reason);
          }
          nextAt = now + NEVER;
        }
        await(now, nextAt);
      }
    } finally {
      for (Try each : open) {
        note(each, now() - each.lateAtNanos() < 0 ? "no response yet" : "no response");
        each.asking().close();
      }
    }
  }

  private long now() {
    return shared.ports().time().nanos();
  }

  private void await(long now, long nextAt) {
    long wait = Math.min(nextAt - now, budget.left().toNanos());
    for (Try each : open) {
      wait = Math.min(wait, each.asking().dueNanos() - now);
    }
    Duration left = Duration.ofNanos(wait);
    arrived.await(left.compareTo(LEAST_WAIT) > 0 ? left : LEAST_WAIT);
  }

  private @Nullable Said poll() {
    for (Iterator<Try> each = open.iterator(); each.hasNext(); ) {
      Try one = each.next();
      ServerReply reply = one.asking().poll();
      if (reply != null) {
        each.remove();
        Said said = judge(one.candidate(), reply);
        note(one, said != null ? said.what() : reply);
        if (said != null) {
          return said;
        }
        failedNow = true;
      }
    }
    return null;
  }

  private void note(Try one, Object said) {
    ServerMemory memory = one.candidate().memory;
    Object words =
        switch (said) {
          case Failed failed -> failed.said();
          case Responded _ -> saidBy.getOrDefault(memory.server().toString(), "not taken");
          default -> said;
        };
    budget
        .trail()
        .add(
            new Trail.Step(
                walk.depth(),
                delegation.zone(),
                question,
                memory.server(),
                one.asking().transport(),
                words,
                now() - one.startNanos()));
  }

  /** Null if it cannot be used. */
  private @Nullable Said judge(Candidate candidate, ServerReply reply) {
    ServerMemory memory = candidate.memory;
    return switch (reply) {
      case Responded(var response) -> {
        shared.choice().responded(memory);
        Classified what = ResponseClassifier.classify(response, delegation.zone(), question);
        if (what instanceof Lame(String why)) {
          lame(candidate, why);
          yield null;
        }
        if (what instanceof Answered answered) {
          budget.answeredBy(memory.server());
          shorten(answered, response);
        }
        Said said = new Said(what, response);
        boolean doubtful =
            what instanceof Answered answered
                && (answered.isBareDenial()
                    || (!answered.authoritative() && response.recursionAvailable()));
        if (doubtful) {
          secondBest = secondBest == null ? said : secondBest;
          candidate.failed = true;
          saidBy.put(memory.server().toString(), "an answer to doubt: " + what);
          yield null;
        }
        yield said;
      }
      case Failed failed -> {
        failed(candidate, failed);
        yield null;
      }
      case ServerReply.Answered _, ServerReply.Aliased _ ->
          throw new IllegalStateException("a response was asked for, not an answer");
    };
  }

  /** What the zone says of its own name servers may end its lease sooner. */
  private void shorten(Answered answered, Response response) {
    DnsName zone = delegation.zone();
    if (answered.authoritative() && !delegation.configured()) {
      int ttl = response.ttlSeconds(response.authority(), zone, RecordType.NS);
      if (ttl >= 0) {
        shared.delegations().shorten(zone, ttl, now());
      }
    }
  }

  private void lame(Candidate candidate, String why) {
    candidate.failed = true;
    reason = Reason.SERVER_FAILURE;
    candidate.memory.lame(delegation.zone(), now());
    saidBy.put(candidate.memory.server().toString(), "lame: " + why);
  }

  private void failed(Candidate candidate, Failed failed) {
    ServerMemory memory = candidate.memory;
    saidBy.put(memory.server().toString(), failed.said());
    switch (failed.end()) {
      case TIMEOUT, ANSWERED -> shared.choice().silent(memory, now());
      case UNREACHABLE -> {
        candidate.failed = true;
        shared.choice().unreachable(memory, now());
      }
      case OVERLOADED -> {
        candidate.failed = true;
        reason = Reason.LIMIT_REACHED;
      }
      case SERVFAIL, REFUSED, OTHER_RCODE -> {
        candidate.failed = true;
        shared.choice().responded(memory);
        if (failed.end() == ExchangeEnd.REFUSED) {
          memory.lame(delegation.zone(), now());
        }
        reason = Reason.SERVER_FAILURE;
      }
      case GARBLED, MISMATCH -> {
        candidate.failed = true;
        reason = reason == Reason.UNREACHABLE ? Reason.GARBLED : reason;
      }
    }
  }

  /** Null if nobody is left, or nothing to ask with. */
  private @Nullable Try startNext(long now) {
    if (tries >= mostTries) {
      if (mostTries == ALL_TRIES) {
        shared.ports().events().limitReached("tries of one zone's servers");
      }
      return null;
    }
    Candidate next = candidate(1, now);
    // Addresses that have to be found are the last resort: that is what NXNSAttack lives on.
    while (next == null && !withoutAddress.isEmpty()) {
      DnsName server = withoutAddress.remove();
      list(walk.find(server, delegation.zone(), false));
      if (!server.isWithin(delegation.zone())) {
        withGlueOnly.add(server);
      }
      next = candidate(1, now);
    }
    while (next == null && !withGlueOnly.isEmpty() && secondBest == null) {
      list(walk.find(withGlueOnly.remove(), delegation.zone(), true));
      next = candidate(1, now);
    }
    next = next == null ? candidate(TRIES, now) : next;
    if (next == null) {
      return null;
    }
    tries++;
    next.tries++;
    long known = next.memory.roundTrips().timeoutNanos(UNKNOWN_PATIENCE);
    long patience = Math.min(known << (next.tries - 1), MOST_PATIENCE);
    long most = Math.min(Math.max(patience * LATE_FACTOR, LEAST_LATE), budget.left().toNanos());
    long started = now();
    Ask ask =
        new Ask(
            next.memory,
            question,
            false,
            Transport.UDP,
            Duration.ofNanos(Math.max(1, most)),
            budget);
    Try begun = new Try(next, shared.client().start(ask, arrived), started + patience, started);
    open.add(begun);
    return begun;
  }

  private @Nullable Candidate candidate(int mostTries, long now) {
    return shared.choice().next(candidates, delegation.zone(), mostTries, now);
  }

  private Nobody nobody(Reason why) {
    StringBuilder text = new StringBuilder(ENOUGH_TEXT);
    text.append("no server of ").append(delegation.zone()).append(" answered ").append(question);
    if (candidates.isEmpty()) {
      text.append(": none of them has an address");
    }
    saidBy.forEach((server, said) -> text.append("; ").append(server).append(": ").append(said));
    // Who says nonsense has been reached.
    int code = why == Reason.GARBLED ? ExtendedError.OTHER : ExtendedError.NO_REACHABLE_AUTHORITY;
    return new Nobody(new Failure(why, new ExtendedError(code, text.toString())));
  }
}
