package dev.namewell.core.forward;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.Ask;
import dev.namewell.core.exchange.Asking;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.exchange.ServerReply;
import dev.namewell.core.exchange.ServerReply.Aliased;
import dev.namewell.core.exchange.ServerReply.Answered;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.exchange.ServerReply.Responded;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Trail;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to the upstreams of a group: who is late is overtaken, but its answer still counts;
 * the best answer wins. Belongs to one task, which does all the waiting in one place.
 */
final class Race {
  /** Rounds over upstreams that are silent; the last one over TCP, in case UDP gets lost. */
  private static final int MAX_ROUNDS = 3;

  /** A second server is asked no sooner than this, however fast the first one usually is. */
  private static final long LEAST_HEDGE_NANOS = Duration.ofMillis(10).toNanos();

  /** How long a denial waits for somebody who knows better, when all are asked at once. */
  private static final long GRACE_NANOS = Duration.ofMillis(30).toNanos();

  /** Slow is not lost: a server is not asked again before this, doubled with each round. */
  private static final long LEAST_ROUND_NANOS = Duration.ofMillis(200).toNanos();

  /** An exchange may know a little later than we that its time is over. */
  private static final long LEAST_WAIT_NANOS = Duration.ofMillis(1).toNanos();

  private static final Found NO_TIME =
      new Found.Whole(
          new Failure(
              Failure.Reason.DEADLINE,
              new ExtendedError(
                  ExtendedError.NO_REACHABLE_AUTHORITY, "no time left to ask upstreams")));

  private static final long NEVER = Long.MAX_VALUE;

  private final ServerClient client;
  private final UpstreamGroup group;
  private final UpstreamChoice choice;
  private final Time time;
  private final Signal arrived;
  private final Question question;
  private final Budget budget;
  private final long startNanos;
  private final long limitNanos;

  private final List<Try> tries = new ArrayList<>(2);
  private int round;
  private long nextRoundAt = NEVER;
  private long roundStartedAt;
  private long askedThisRound;
  private long failed;
  private long hedgeAt = NEVER;
  private @Nullable Try denied;
  private long graceEndsAt = NEVER;

  /** What all races of one group have in common. */
  record Track(ServerClient client, UpstreamGroup group, UpstreamChoice choice, Time time) {}

  Race(Track track, Question question, Budget budget, Signal arrived) {
    this.client = track.client();
    this.group = track.group();
    this.choice = track.choice();
    this.time = track.time();
    this.question = question;
    this.budget = budget;
    this.arrived = arrived;
    this.startNanos = time.nanos();
    this.limitNanos = budget.left().toNanos();
  }

  /** An alias chain that went no further; put into words when somebody reads it. */
  private record AliasTo(DnsName target) {
    @Override
    public String toString() {
      return "alias to " + target;
    }
  }

  /** An upstream being asked. Times count from the start of the race. */
  static final class Try {
    final Upstream upstream;
    final Asking asking;
    private final long askedAt;

    /** From then on it is late; NEVER once that has been noticed, or when it has ended. */
    private long lateAt;

    private boolean late;
    private long endedAt = NEVER;
    private @Nullable ServerReply reply;

    Try(Upstream upstream, Asking asking, long askedAt, long patience) {
      this.upstream = upstream;
      this.asking = asking;
      this.askedAt = askedAt;
      this.lateAt = askedAt + patience;
    }

    void poll(long now) {
      reply = asking.poll();
      endedAt = reply == null ? NEVER : now;
    }

    /** What it said, for people. */
    private Object said() {
      return switch (reply) {
        case Answered(Answer answer) -> answer.gist();
        case Aliased(Answer _, DnsName target) -> new AliasTo(target);
        case Failed failed -> failed.said();
        case Responded _ -> throw new IllegalStateException("an answer was asked for");
        case null -> late ? "no response" : "no response yet";
      };
    }

    @Nullable ServerReply reply() {
      return reply;
    }
  }

  /** The best there is to be had within the budget. */
  Found run() {
    if (limitNanos <= 0) {
      return NO_TIME;
    }
    try {
      start();
      while (true) {
        Found best = poll();
        if (best != null) {
          return best;
        }
        long now = elapsed();
        if (isLost(now)) {
          return new Found.Whole(Failures.of(tries, question, group));
        }
        if (!moveOn(now)) {
          arrived.await(Duration.ofNanos(Math.max(0, Math.min(nextEvent(now), limitNanos) - now)));
        }
      }
    } finally {
      long now = elapsed();
      for (Try each : tries) {
        note(each, now);
        each.asking.close();
      }
    }
  }

  private void note(Try each, long now) {
    budget
        .trail()
        .add(
            new Trail.Step(
                0,
                null,
                question,
                each.upstream.server(),
                each.asking.transport(),
                each.said(),
                Math.min(each.endedAt, now) - each.askedAt));
  }

  private long elapsed() {
    return time.nanos() - startNanos;
  }

  private void start() {
    group.hedges().earn();
    if (group.settings().strategy() == Strategy.PARALLEL) {
      for (int i = 0; i < group.upstreams().size(); i++) {
        if (UpstreamChoice.isUsable(group.upstreams().get(i), State.WORKING)) {
          ask(i);
        }
      }
    }
    if (tries.isEmpty()) {
      askNext();
    }
  }

  /** Asks the next upstream; false if there is nobody left to ask just now. */
  private boolean askNext() {
    int next = choice.next(group.upstreams(), askedThisRound | failed);
    if (next == UpstreamChoice.NONE && round + 1 < rounds() && isAnyLate()) {
      nextRoundAt = roundStartedAt + (LEAST_ROUND_NANOS << round);
      return false;
    }
    if (next == UpstreamChoice.NONE) {
      return false;
    }
    ask(next);
    return true;
  }

  private void startNextRound(long now) {
    round++;
    roundStartedAt = now;
    nextRoundAt = NEVER;
    askedThisRound = 0;
    askNext();
  }

  /** Upstreams that are known dead get one chance, for they may have come back. */
  private int rounds() {
    return group.isKnownDead() ? 1 : MAX_ROUNDS;
  }

  private boolean isAnyLate() {
    for (Try each : tries) {
      if (each.late && each.reply == null) {
        return true;
      }
    }
    return false;
  }

  private void ask(int index) {
    Upstream upstream = group.upstreams().get(index);
    askedThisRound |= 1L << index;
    long now = elapsed();
    Transport transport = round == MAX_ROUNDS - 1 ? Transport.TCP : Transport.UDP;
    Asking asking =
        client.start(
            new Ask(
                upstream.memory(),
                question,
                true,
                transport,
                Duration.ofNanos(limitNanos - now),
                budget),
            arrived);
    long patience = upstream.timeoutNanos(group.settings().timeout().toNanos()) << round;
    tries.add(new Try(upstream, asking, now, patience));
    if (tries.size() == 1 && group.settings().strategy() != Strategy.PARALLEL) {
      planHedge(upstream, now, patience);
    }
  }

  private void planHedge(Upstream first, long now, long patience) {
    long usual = first.memory().roundTrips().percentile95Nanos();
    long wait = Math.max(usual, LEAST_HEDGE_NANOS);
    if (usual == 0 || wait >= patience) {
      return;
    }
    int second = choice.next(group.upstreams(), askedThisRound);
    boolean works =
        second != UpstreamChoice.NONE
            && UpstreamChoice.isUsable(group.upstreams().get(second), State.WORKING);
    hedgeAt = works ? now + wait : NEVER;
  }

  /** Looks what has come; the result of the race once it is certain. */
  private @Nullable Found poll() {
    boolean open = false;
    for (int i = 0; i < tries.size(); i++) {
      Try each = tries.get(i);
      if (each.reply == null) {
        each.poll(elapsed());
        if (each.reply != null) {
          Found found = judge(each, each.reply);
          if (found != null) {
            return found;
          }
        }
      }
      open |= each.reply == null;
    }
    Try waiting = denied;
    return waiting != null && (!open || elapsed() >= graceEndsAt) ? win(waiting) : null;
  }

  private @Nullable Found judge(Try ended, ServerReply reply) {
    ended.lateAt = NEVER;
    return switch (reply) {
      case Aliased _ -> win(ended);
      case Answered(Answer answer) -> {
        if (group.settings().strategy() != Strategy.PARALLEL || !isDenial(answer)) {
          yield win(ended);
        }
        // NODATA is the better of two denials: the name exists at least.
        if (denied == null || answer.rcode() == Rcode.NOERROR) {
          graceEndsAt =
              denied == null ? Math.min(elapsed() + GRACE_NANOS, limitNanos) : graceEndsAt;
          denied = ended;
        }
        yield null;
      }
      case Failed failure -> {
        lost(ended, failure);
        yield null;
      }
      case Responded _ -> throw new IllegalStateException("an answer was asked for");
    };
  }

  private static boolean isDenial(Answer answer) {
    return answer.rcode() == Rcode.NXDOMAIN || answer.answerCount() == 0;
  }

  private Found win(Try winner) {
    group.answered(winner.upstream, question);
    boolean hedged = group.settings().strategy() != Strategy.PARALLEL && winner != tries.getFirst();
    for (Try other : tries) {
      boolean failedHere = other.reply instanceof Failed f && f.end() != ExchangeEnd.OVERLOADED;
      if (other.upstream != winner.upstream && (failedHere || other.late)) {
        boolean counted = other.late || isUnreachable(other.reply);
        group.blamed(other.upstream, question, counted);
      } else if (hedged && other == tries.getFirst() && other.reply == null) {
        group.overtaken(other.upstream);
      }
    }
    ServerReply reply = winner.reply;
    return switch (reply) {
      case Answered(Answer answer) -> new Found.Whole(answer);
      case Aliased(var aliases, var target) -> new Found.Aliases(aliases, target);
      case Failed _, Responded _ -> throw new IllegalStateException("no answer, and has won");
      case null -> throw new IllegalStateException("somebody has won who did not answer");
    };
  }

  private void lost(Try ended, Failed failure) {
    failed |= 1L << group.upstreams().indexOf(ended.upstream);
    if (isUnreachable(failure) && !ended.late) {
      group.failed(ended.upstream);
    }
    askNext();
  }

  private static boolean isUnreachable(@Nullable ServerReply reply) {
    return reply instanceof Failed failure && failure.end() == ExchangeEnd.UNREACHABLE;
  }

  /** True if nothing can come any more; from servers that are known dead nothing is expected. */
  private boolean isLost(long now) {
    if (now >= limitNanos) {
      return true;
    }
    boolean hopeless = group.isKnownDead();
    for (Try each : tries) {
      if (each.reply == null && !(each.late && hopeless)) {
        return false;
      }
    }
    return denied == null;
  }

  /** Does what is due; false if nothing was. */
  private boolean moveOn(long now) {
    if (now >= nextRoundAt) {
      startNextRound(now);
      return true;
    }
    if (now >= hedgeAt) {
      hedgeAt = NEVER;
      return group.hedges().spend() && askNext();
    }
    for (int i = 0; i < tries.size(); i++) {
      Try each = tries.get(i);
      if (now >= each.lateAt) {
        each.lateAt = NEVER;
        each.late = true;
        hedgeAt = NEVER;
        group.failed(each.upstream);
        if (!isSomebodyInTime()) {
          askNext();
        }
        return true;
      }
    }
    return false;
  }

  private boolean isSomebodyInTime() {
    for (Try each : tries) {
      if (each.reply == null && !each.late) {
        return true;
      }
    }
    return false;
  }

  private long nextEvent(long now) {
    long next = Math.min(nextRoundAt, Math.min(hedgeAt, graceEndsAt));
    for (Try each : tries) {
      next = Math.min(next, each.lateAt);
      if (each.reply == null) {
        long due = each.asking.dueNanos() - startNanos;
        next = Math.min(next, Math.max(due, now + LEAST_WAIT_NANOS));
      }
    }
    return next;
  }
}
